"""A linear looped transformer in PyTorch, answering loopgd's questions on stdin and stdout.

loopgd test-model --dim 5 --preconditioner 0.4 -- python3 docs/examples/pytorch_model.py
"""

import json
import sys

import torch

STEP = 0.4


class LoopedAttention(torch.nn.Module):
    """Z <- Z + P Z M (Z^T Q Z) / n, the same layer in every loop; the prediction is -Z[d, n]."""

    def __init__(self, dim: int):
        super().__init__()
        value = torch.zeros(dim + 1, dim + 1, dtype=torch.float64)
        value[dim, dim] = 1
        key_query = torch.zeros(dim + 1, dim + 1, dtype=torch.float64)
        key_query[:dim, :dim] = -STEP * torch.eye(dim, dtype=torch.float64)
        self.value = torch.nn.Parameter(value)
        self.key_query = torch.nn.Parameter(key_query)

    def forward(self, tokens: torch.Tensor, loops: int) -> list[torch.Tensor]:
        context = tokens.shape[1] - 1
        mask = torch.ones(context + 1, dtype=tokens.dtype)
        mask[context] = 0  # the query is no key
        predictions = []
        for _ in range(loops):
            attention = (tokens * mask) @ (tokens.T @ self.key_query @ tokens)
            tokens = tokens + self.value @ attention / context
            predictions.append(-tokens[-1, -1])
        return predictions


def main() -> None:
    models: dict[int, LoopedAttention] = {}
    for line in sys.stdin:
        question = json.loads(line)
        dim = question["dim"]
        model = models.setdefault(dim, LoopedAttention(dim))
        tokens = torch.tensor(question["tokens"], dtype=torch.float64)
        with torch.no_grad():
            predictions = [value.item() for value in model(tokens, question["loops"])]
        print(json.dumps({"id": question["id"], "predictions": predictions}), flush=True)


if __name__ == "__main__":
    main()
