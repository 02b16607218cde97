# Models of three programs, written in torch as their authors wrote them: saves a state_dict of each and
# prints what each predicts on given prompts. Usage: torch-models.py < {"folder", "prompts", "n"}
import json
import sys

import numpy
import torch

given = json.load(sys.stdin)
folder, n = given["folder"], given["n"]
Z = torch.tensor(given["prompts"], dtype=torch.float64)
d = Z.shape[1] - 1
torch.manual_seed(given["seed"])
torch.set_default_dtype(torch.float64)
small = lambda *shape: 0.1 * torch.randn(*shape)


def ahn(allparam, Z, whole):
    # linear_transformer.py: attention(P, Q, Z) of Ahn et al., tokens as rows, loss (Z[:, -1, -1] + y)^2.
    rows = Z.transpose(1, 2)
    mask = torch.diag(torch.tensor([1.0] * n + [0.0]))
    for P, Q in allparam[:, 0]:
        if not whole:
            P, Q = torch.block_diag(P, torch.ones(1, 1)), torch.block_diag(Q, torch.zeros(1, 1))
        attention = torch.einsum("bni,ij,bmj->bnm", rows, Q, rows)
        key = torch.einsum("ij,bnj->bni", P, rows)
        rows = rows + torch.einsum("bnm,mk,bki->bni", attention, mask, key) / n
    return -rows[:, -1, -1]


class Layer(torch.nn.Module):
    # von Oswald et al.'s layer without softmax: keys are the context alone, no factor.
    def __init__(self):
        super().__init__()
        for name, matrix in {
            "key": torch.eye(d + 1) + small(d + 1, d + 1),
            "query": -torch.diag(torch.tensor([0.5] * d + [0.0])) + small(d + 1, d + 1),
            "value": torch.diag(torch.tensor([0.0] * d + [1.0])) + small(d + 1, d + 1),
            "projection": (torch.eye(d + 1) + small(d + 1, d + 1)) / n,
        }.items():
            module = torch.nn.Linear(d + 1, d + 1, bias=False)
            module.weight = torch.nn.Parameter(matrix)
            setattr(self, name, module)

    def forward(self, rows):
        context = rows[:, :-1]
        attention = self.query(rows) @ self.key(context).transpose(1, 2)
        return rows + self.projection(attention @ self.value(context))


class VonOswald(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.ModuleList([Layer(), Layer()])

    def forward(self, Z):
        rows = Z.transpose(1, 2)
        for layer in self.layers:
            rows = layer(rows)
        return -rows[:, -1, -1]


class Restricted(torch.nn.Module):
    # Two loops of one step of gradient descent preconditioned by A.
    def __init__(self, A):
        super().__init__()
        self.A = torch.nn.Parameter(A)

    def forward(self, Z):
        X, y, query = Z[:, :d, :n].double(), Z[:, d, :n].double(), Z[:, :d, n].double()
        w = torch.zeros(len(Z), d)
        for _ in range(2):
            residual = y - torch.einsum("bdn,bd->bn", X, w)
            w = w + torch.einsum("bdn,bn->bd", X, residual) @ self.A.double() / n
        return (w * query).sum(1)


def draw(batch):
    x, w = torch.randn(batch, d, n + 1), torch.randn(batch, d, 1)
    y = (w * x).sum(1)
    target = y[:, n].clone()
    y[:, n] = 0
    return torch.cat([x, y[:, None]], 1), target


trained = Restricted(0.4 * torch.eye(d) + small(d, d))
optimizer = torch.optim.Adam(trained.parameters(), lr=0.03)
for _ in range(60):
    prompts, target = draw(500)
    loss = ((trained(prompts) - target) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

blocks = torch.stack([small(2, 1, d, d), small(2, 1, d, d) - 0.4 * torch.eye(d)], 2)
corners = torch.diag(torch.tensor([0.0] * d + [1.0]))
wholes = torch.stack([small(2, 1, d + 1, d + 1) + corners, small(2, 1, d + 1, d + 1)], 2)
models = {
    "restricted.pt": (trained.state_dict(), trained),
    "restricted-float32.pt": (trained.float().state_dict(), trained),
    "ahn.pt": ({"allparam": torch.nn.Parameter(blocks)}, lambda Z: ahn(blocks, Z, False)),
    "ahn-full.pth": ({"allparam": torch.nn.Parameter(wholes)}, lambda Z: ahn(wholes, Z, True)),
}
oswald = VonOswald()
models["von-oswald.pt"] = (oswald.state_dict(), oswald)
report = {}
for name, (state, model) in models.items():
    torch.save(state, f"{folder}/{name}")
    numpy.savez(f"{folder}/{name}.npz", **{k: v.detach().numpy() for k, v in state.items()})
    if name == "restricted.pt":
        trained = Restricted(state["A"].clone())
        model = trained
    with torch.no_grad():
        report[name] = model(Z).tolist()
with torch.no_grad():
    prompts, target = draw(100000)
    errors = (trained.double()(prompts) - target) ** 2
report["loss"] = [errors.mean().item(), errors.std().item() / 100000**0.5]
print(json.dumps(report))
