#!/usr/bin/env bash
# Trains Ahn et al.'s three-layer setting and compares it with the exact optimum: about a minute.
# Usage: docs/examples/reproduce-ahn.sh [folder] (default: runs/ahn)
set -euo pipefail
out=${1:-runs/ahn}
loopgd=(npx loopgd)
nice "${loopgd[@]}" train --dim 5 --context 20 --layers 3 --loops 1 \
  --covariance diag:1,1,0.25,0.0625,1 --batch 4000 --steps 8000 --lr 0.1 \
  --average tail:0.25 --prompts 20000 --seed 0 --out "$out"
"${loopgd[@]}" compare "$out/weights.safetensors"
