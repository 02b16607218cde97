"""Regression prompts of the law x ~ N(0, I), w ~ N(0, I), y = w.x, drawn in batches.

Scatter: the d x d matrix X X^T of a context (not divided by n). Gram: the (d+1) x (d+1) matrix of the
context tokens (x_i, y_i), which is all that linear attention sees of them. The batch comes last: sums
over the batch are vector arithmetic then. Numbers are in PyTorch's default format, which the callers
set to float64.
"""

from typing import NamedTuple

import torch
from batch_last import batch_last_product


class Draw(NamedTuple):
    task: torch.Tensor  # (d, batch)
    query: torch.Tensor  # (d, batch)
    scatter: torch.Tensor  # (d, d, batch)


def token_drawer(batch, dim, context):
    """Draws n tokens per prompt; labels are linear in them, so the scatter is all they add."""

    def draw():
        covariates = torch.randn(batch, context, dim)
        scatter = torch.bmm(covariates.transpose(1, 2), covariates)
        task, query = torch.randn(2, dim, batch)
        return Draw(task, query, scatter.permute(1, 2, 0).contiguous())

    return draw


def bartlett_drawer(batch, dim, context):
    """Draws scatters as F F^T with Bartlett's factor: the same law, at a cost without n."""
    rank = min(dim, context)
    freedom = context - torch.arange(rank, dtype=torch.get_default_dtype())
    half_freedom = (freedom / 2)[:, None].expand(rank, batch).contiguous()
    rows, columns = torch.tril_indices(dim, rank, -1)

    def draw():
        factor = torch.zeros(dim, rank, batch)
        factor[rows, columns] = torch.randn(len(rows), batch)
        chi = torch._standard_gamma(half_freedom).mul_(2).sqrt_()
        factor[range(rank), range(rank)] = chi
        task, query = torch.randn(2, dim, batch)
        return Draw(task, query, batch_last_product(factor, factor.transpose(0, 1)))

    return draw


def target(draw):
    """y_q = w.x_q."""
    return (draw.task * draw.query).sum(0)


def gram_prompts(draw):
    """G = [[S, S w], [w^T S, w^T S w]] (d+1, d+1, batch) and the query tokens (x_q, 0) (d+1, batch)."""
    task, query, scatter = draw
    dim, batch = task.shape
    products = (scatter * task[None]).sum(1)
    gram = torch.empty(dim + 1, dim + 1, batch)
    gram[:dim, :dim] = scatter
    gram[:dim, dim] = gram[dim, :dim] = products
    gram[dim, dim] = (products * task).sum(0)
    return gram, torch.nn.functional.pad(query, (0, 0, 0, 1))


def batch_first(tensor):
    """(..., batch) -> (batch, ...), copied into that order."""
    return tensor.movedim(-1, 0).contiguous()


def draw_tokens(batch, dim, context):
    """Z_0 = [[x_1 ... x_n x_q], [y_1 ... y_n 0]] (batch, d+1, n+1) and the target of each prompt."""
    task = torch.randn(batch, 1, dim)
    tokens = torch.empty(batch, dim + 1, context + 1)
    tokens[:, :dim].normal_()
    tokens[:, dim:] = torch.bmm(task, tokens[:, :dim])
    wanted = tokens[:, dim, context].clone()
    tokens[:, dim, context] = 0
    return tokens, wanted
