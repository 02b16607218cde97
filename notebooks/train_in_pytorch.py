"""Trains a looped linear attention layer in PyTorch and writes it for notebook 3.

python3 notebooks/train_in_pytorch.py    writes notebooks/pytorch-weights.safetensors

Needs torch alone. The file is the safetensors format by hand: eight bytes of length, a JSON header,
the entries; with the safetensors package it is one call, save_file({"A": A, "C": C}, path, metadata).
"""

import json
import math
import pathlib
import struct

import torch

DIM, CONTEXT, LOOPS = 5, 20, 2
STEPS, BATCH, RATE = 3000, 512, 0.02
OUT = pathlib.Path(__file__).with_name("pytorch-weights.safetensors")


def prompts(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Token matrices (count, d+1, n+1), the query's label left at zero, and the labels."""
    covariates = torch.randn(count, DIM, CONTEXT + 1)
    task = torch.randn(count, 1, DIM)
    labels = task @ covariates
    target = labels[:, 0, -1].clone()
    labels[:, 0, -1] = 0
    return torch.cat([covariates, labels], dim=1), target


class LoopedAttention(torch.nn.Module):
    """Z <- Z + P Z M (Z^T Q Z) / n, the same layer in every loop; the prediction is -Z[d, n]."""

    def __init__(self) -> None:
        super().__init__()
        # Small: from far off a rare prompt has a huge gradient.
        self.preconditioner = torch.nn.Parameter(0.1 * torch.randn(DIM, DIM))  # A
        self.covariate_value = torch.nn.Parameter(0.1 * torch.randn(DIM, DIM))  # C

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        value = torch.block_diag(self.covariate_value, torch.ones(1, 1))  # P
        key_query = torch.block_diag(-self.preconditioner, torch.zeros(1, 1))  # Q
        for _ in range(LOOPS):
            context = tokens[:, :, :-1]  # the query is no key
            gram = context @ context.transpose(1, 2)
            tokens = tokens + value @ gram @ key_query @ tokens / CONTEXT
        return -tokens[:, -1, -1]


def save(path: pathlib.Path, tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> None:
    header: dict[str, object] = {"__metadata__": metadata}
    blob = b""
    for name, tensor in tensors.items():
        entries = tensor.detach().to(torch.float32).numpy().astype("<f4").tobytes()
        span = [len(blob), len(blob) + len(entries)]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": span}
        blob += entries
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + blob)


def main() -> None:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = LoopedAttention()
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: 0.5 + 0.5 * math.cos(math.pi * step / STEPS)
    )
    for step in range(STEPS):
        tokens, target = prompts(BATCH)
        loss = ((model(tokens) - target) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if (step + 1) % 500 == 0:
            print(f"step {step + 1}: loss {loss.item():.5f}", flush=True)
    tensors = {"A": model.preconditioner, "C": model.covariate_value}
    save(OUT, tensors, {"n": str(CONTEXT), "L": str(LOOPS)})


if __name__ == "__main__":
    main()
