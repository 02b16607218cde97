# Writes the .pt files of this folder's tests: /usr/bin/python3 make-state-dicts.py (torch 1.13).
import os

import torch

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "state-dicts")
linear = torch.nn.Linear(4, 4, bias=False)
with torch.no_grad():
    linear.weight.copy_(torch.arange(16.0).reshape(4, 4))
torch.save(linear.state_dict(), f"{folder}/linear.pt")
strided = torch.arange(6, dtype=torch.bfloat16).reshape(2, 3).t()[1:]
checkpoint = {"state_dict": {"A": torch.nn.Parameter(torch.eye(2, dtype=torch.float64)), "x": strided}}
torch.save({**checkpoint, "n": 20, "lr": 0.1}, f"{folder}/checkpoint.pt", pickle_protocol=4)
