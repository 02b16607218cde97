"""Trains a full looped linear attention layer in PyTorch and writes it for notebook 3.

python3 notebooks/train_in_pytorch.py    writes notebooks/pytorch-weights.safetensors

Needs torch alone. The file is the safetensors format by hand: eight bytes of length, a JSON header,
the entries; with the safetensors package it is one call, save_file({"P": P, "Q": Q}, path, metadata).
"""

import json
import math
import pathlib
import struct

import torch

DIM, CONTEXT, LOOPS = 5, 20, 2
STEPS, BATCH, RATE = 4000, 1024, 0.02
OUT = pathlib.Path(__file__).with_name("pytorch-weights.safetensors")


def prompts(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Token matrices (count, d+1, n+1), the query's label left at zero, and the labels."""
    covariates = torch.randn(count, DIM, CONTEXT + 1)
    task = torch.randn(count, 1, DIM)
    labels = task @ covariates
    target = labels[:, 0, -1].clone()
    labels[:, 0, -1] = 0
    return torch.cat([covariates, labels], dim=1), target


def predict(value: torch.Tensor, key_query: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """Z <- Z + P Z M (Z^T Q Z) / n, LOOPS times; the prediction is -Z[d, n]."""
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
    # Small, and with the label passed on: at zero exactly nothing would have a gradient.
    value = 0.02 * torch.randn(DIM + 1, DIM + 1)
    value[-1, -1] = 1
    key_query = 0.02 * torch.randn(DIM + 1, DIM + 1)
    parameters = [value.requires_grad_(), key_query.requires_grad_()]
    optimizer = torch.optim.Adam(parameters, lr=RATE)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: 0.5 + 0.5 * math.cos(math.pi * step / STEPS)
    )
    for step in range(STEPS):
        tokens, target = prompts(BATCH)
        loss = ((predict(value, key_query, tokens) - target) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        schedule.step()
        if (step + 1) % 500 == 0:
            print(f"step {step + 1}: loss {loss.item():.5f}", flush=True)
    save(OUT, {"P": value, "Q": key_query}, {"n": str(CONTEXT), "L": str(LOOPS)})


if __name__ == "__main__":
    main()
