"""Times training steps in PyTorch: draw, forward, backward, Adam; one thread, float64.

  python3 training_step.py FAMILY CONTEXT SOURCE

FAMILY is full or restricted; SOURCE is tokens or bartlett, or kept for prompts that are drawn once,
outside the timing. Writes one JSON line per formulation with the milliseconds of every step.
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
DIM, LOOPS, BATCH = 10, 5, 1024
# Literal attention keeps (n+1)^2 scores per prompt and layer for the backward.
LONGEST_LITERAL = 100
WARM_UP, LEAST_STEPS, MOST_STEPS, SECONDS = 2, 3, 60, 2


def full(context, source):
    """(name, prompts, loss) of every formulation of the full family, and its starting weights."""
    draw_scatter = drawer(context, source)

    def batch_last():
        draw = draw_scatter()
        return (*prompts.gram_prompts(draw), prompts.target(draw))

    def batch_first():
        return [prompts.batch_first(tensor) for tensor in batch_last()]

    def tokens():
        return prompts.draw_tokens(BATCH, DIM, context)

    def on_grams(model):
        def loss(weights, gram, query, wanted):
            return (model([weights] * LOOPS, gram, query, context) - wanted).square().mean()

        return loss

    def on_tokens(model):
        def loss(weights, given, wanted):
            return (model([weights] * LOOPS, given) - wanted).square().mean()

        return loss

    formulations = [
        ("state recursion", batch_first, on_grams(models.state_recursion)),
        ("lean state recursion", batch_first, on_grams(models.lean_state_recursion)),
        ("batch-last recursion", batch_last, on_grams(models.batch_last_recursion)),
    ]
    if source != "bartlett":
        formulations.append(("Gram association", tokens, on_tokens(models.gram_association)))
        if context <= LONGEST_LITERAL:
            formulations.append(("literal attention", tokens, on_tokens(models.literal_attention)))
    scale = 0.1 / math.sqrt(DIM)
    return formulations, [scale * torch.randn(DIM + 1, DIM + 1) for _ in range(2)]


def restricted(context, source):
    """The same for the restricted family, by the plain and the conditional estimator."""
    draw = drawer(context, source)

    def plain(weights, drawn):
        preconditioner, read_in = weights
        layers = [preconditioner] * LOOPS
        return models.residual_recursion(layers, drawn, context, read_in).square().mean()

    def conditional(weights, drawn):
        return models.conditional_loss(weights[0], LOOPS, drawn.scatter, context)

    formulations = [
        ("plain estimator", lambda: [draw()], plain),
        ("conditional estimator", lambda: [draw()], conditional),
    ]
    return formulations, [0.3 * torch.eye(DIM), torch.zeros(DIM)]


def drawer(context, source):
    by_tokens = source == "tokens"
    return (prompts.token_drawer if by_tokens else prompts.bartlett_drawer)(BATCH, DIM, context)


@torch.no_grad()
def drawn(draw):
    return draw()


def time_steps(draw, loss_of, weights, kept):
    """Milliseconds of each step after the warm-up."""
    for weight in weights:
        weight.requires_grad_()
    optimizer = torch.optim.Adam(weights, lr=1e-3)
    inputs = drawn(draw)
    times, began = [], time.perf_counter()
    while len(times) < WARM_UP + MOST_STEPS:
        start = time.perf_counter()
        if len(times) >= WARM_UP + LEAST_STEPS and start - began > SECONDS:
            break
        if not kept:
            inputs = drawn(draw)
        optimizer.zero_grad(set_to_none=True)
        loss_of(weights, *inputs).backward()
        optimizer.step()
        times.append(1e3 * (time.perf_counter() - start))
    return times[WARM_UP:]


def main(family, context, source):
    torch.manual_seed(0)
    formulations, start = {"full": full, "restricted": restricted}[family](int(context), source)
    for name, draw, loss_of in formulations:
        weights = [weight.clone() for weight in start]
        times = time_steps(draw, loss_of, weights, source == "kept")
        print(json.dumps({"formulation": name, "milliseconds": times}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
