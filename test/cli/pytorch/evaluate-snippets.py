# Runs the PyTorch code that `loopgd export` wrote and prints its predictions.
# Usage: evaluate-snippets.py < {"snippets", "prompts"}
import json
import runpy
import sys

import torch

given = json.load(sys.stdin)
Z = torch.tensor(given["prompts"], dtype=torch.float64)
print(json.dumps([runpy.run_path(path)["predict"](Z).tolist() for path in given["snippets"]]))
