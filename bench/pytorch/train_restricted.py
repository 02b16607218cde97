"""Trains restricted models (A, u = 0) with Adam in PyTorch, one thread, float64, on request.

Each line of stdin is a JSON request, each line of stdout its answer:
  {"start": {dim, context, loops, estimator, source, batch, rate, secondDecay,
             schedule, horizon, seed}}
      begins a run from A = 0 and answers {}; estimator: plain or conditional; source: tokens or bartlett;
      schedule: constant, cosine (to zero over the horizon) or step (halved five times over the horizon)
  {"steps": k}
      takes k steps and answers {seconds, preconditioner, average}; nothing but the steps is timed.
"""

import json
import math
import sys
import time

import looped_attention as models
import prompts
import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
# Later iterates weigh more: after t steps iterate k has weight ~ k^8.
AVERAGING_POWER = 8


class Run:
    def __init__(self, dim, context, loops, estimator, source, batch, secondDecay, seed, **rates):
        torch.manual_seed(seed)
        drawer = {"tokens": prompts.token_drawer, "bartlett": prompts.bartlett_drawer}[source]
        self.draw = drawer(batch, dim, context)
        self.loops, self.context, self.is_plain = loops, context, estimator == "plain"
        self.preconditioner = torch.zeros(dim, dim, requires_grad=True)
        self.average = torch.zeros(dim, dim)
        self.optimizer = torch.optim.Adam([self.preconditioner], betas=(0.9, secondDecay))
        self.rates, self.step = rates, 0

    def loss(self, draw):
        if self.is_plain:
            layers = [self.preconditioner] * self.loops
            return models.residual_recursion(layers, draw, self.context).square().mean()
        return models.conditional_loss(self.preconditioner, self.loops, draw.scatter, self.context)

    def take(self, steps):
        began = time.perf_counter()
        for _ in range(steps):
            self.optimizer.param_groups[0]["lr"] = rate_at(self.step, **self.rates)
            with torch.no_grad():
                draw = self.draw()
            self.optimizer.zero_grad(set_to_none=True)
            self.loss(draw).backward()
            self.optimizer.step()
            self.step += 1
            share = (AVERAGING_POWER + 1) / (self.step + AVERAGING_POWER)
            self.average.lerp_(self.preconditioner.detach(), share)
        return {
            "seconds": time.perf_counter() - began,
            "preconditioner": self.preconditioner.flatten().tolist(),
            "average": self.average.flatten().tolist(),
        }


def rate_at(step, rate, schedule, horizon):
    done = min(step / horizon, 1)
    if schedule == "constant":
        return rate
    if schedule == "cosine":
        return rate * 0.5 * (1 + math.cos(math.pi * done))
    return rate * 0.5 ** min(math.floor(6 * done), 5)


run = None
for line in sys.stdin:
    request = json.loads(line)
    if "start" in request:
        run = Run(**request["start"])
        answer = {}
    else:
        answer = run.take(request["steps"])
    print(json.dumps(answer), flush=True)
