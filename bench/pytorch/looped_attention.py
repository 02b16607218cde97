"""Looped linear attention in several formulations: the same function of the same weights.

One layer: Z <- Z + (1/n) P Z M (Z^T Q Z), M = diag(1, ..., 1, 0); prediction -Z[d, n]. `layers` is the
list of (P, Q) in the order of application: one pair repeated for a looped model.

Each function returns the predictions of a batch (`residual_recursion`: their errors); autograd derives
the gradient, but for the two products of batch_last.py.

Tried too, and not faster than the best of its kind here: einsum, baddbmm, block-wise bmm, torch.jit.trace,
the batch in chunks, G + E G + G E^T + E G E^T for T G T^T, batch_last.py's products left to autograd, and
bmm or matrix_power for the restricted family. PyTorch 1.13 has no torch.compile.
"""

import torch
from batch_last import Congruence, Product


def literal_attention(layers, tokens):
    """The definition: scores of every token with every token, O(n^2)."""
    context = tokens.shape[2] - 1
    for value, key_query in layers:
        scores = tokens.transpose(1, 2) @ (key_query @ tokens)
        tokens = tokens + value @ (tokens[:, :, :context] @ scores[:, :context]) / context
    return -tokens[:, -1, -1]


def gram_association(layers, tokens):
    """The same products, associated so that no n x n matrix appears, O(n)."""
    context = tokens.shape[2] - 1
    for value, key_query in layers:
        seen = tokens[:, :, :context]
        gram = seen @ seen.transpose(1, 2)
        tokens = tokens + (value @ gram @ key_query / context) @ tokens
    return -tokens[:, -1, -1]


def state_recursion(layers, gram, query, context):
    """One layer acts on every token as T = I + P G Q / n, so G <- T G T^T, z <- T z: no n at all."""
    identity = torch.eye(gram.shape[1])
    state = query[:, :, None]
    for value, key_query in layers:
        transfer = identity + value @ gram @ key_query / context
        state = transfer @ state
        gram = transfer @ gram @ transfer.transpose(1, 2)
    return -state[:, -1, 0]


def lean_state_recursion(layers, gram, query, context):
    """The state recursion with products by weights as one 2-D product, and a last layer for the query."""
    batch, size, _ = gram.shape
    identity = torch.eye(size)
    state = query
    *inner, (last_value, last_key_query) = layers
    for value, key_query in inner:
        # P G = (G P^T)^T, for G is symmetric.
        weighted = (gram.reshape(-1, size) @ value.T).view(batch, size, size).transpose(1, 2)
        transfer = identity + (weighted.reshape(-1, size) @ (key_query / context)).view_as(gram)
        state = torch.bmm(transfer, state[:, :, None])[:, :, 0]
        gram = torch.bmm(torch.bmm(transfer, gram), transfer.transpose(1, 2))
    attended = torch.bmm(gram, (state @ last_key_query.T)[:, :, None])[:, :, 0]
    return -(state[:, -1] + attended @ last_value[-1] / context)


def batch_last_recursion(layers, gram, query, context):
    """The lean state recursion for gram (d+1, d+1, batch) and query (d+1, batch).

    The fastest found. Its congruence has a backward derived by hand, as the fused kernel has: not what
    one would write in PyTorch at first, so the comparison names the best with and without it.
    """
    size, _, batch = gram.shape
    identity = torch.eye(size)[:, :, None]
    state = query
    *inner, (last_value, last_key_query) = layers
    for value, key_query in inner:
        weighted = (value @ gram.reshape(size, -1)).view_as(gram).transpose(0, 1)
        transfer = (key_query.T / context @ weighted.reshape(size, -1)).view_as(gram)
        transfer = transfer.transpose(0, 1) + identity
        state = (transfer * state[None]).sum(1)
        gram = Congruence.apply(transfer, gram)
    attended = (gram * (last_key_query @ state)[None]).sum(1)
    return -(state[-1] + last_value[-1] @ attended / context)


def residual_recursion(preconditioners, draw, context, read_in=None):
    """Errors of restricted layers, y^ - y = u.(x_q - r) - w.r with r <- r - S A r / n from r = x_q.

    The restricted family in its leanest form: vectors only, no labels, no last layer to save on.
    """
    residual = draw.query
    for preconditioner in preconditioners:
        moved = preconditioner / context @ residual
        residual = residual - (draw.scatter * moved[None]).sum(1)
    errors = -(draw.task * residual).sum(0)
    return errors if read_in is None else errors + read_in @ (draw.query - residual)


def conditional_loss(preconditioner, loops, scatter, context):
    """Mean over contexts of E[(y^ - y)^2 | context] = |(I - S A / n)^L|_F^2 for u = 0.

    Task and query are integrated out. scatter: (d, d, batch); the power by repeated squaring.
    """
    size = preconditioner.shape[0]
    # S A = (A^T S)^T, for S is symmetric.
    moved = (preconditioner.T / context @ scatter.reshape(size, -1)).view_as(scatter)
    square = torch.eye(size)[:, :, None] - moved.transpose(0, 1)
    power = None
    while True:
        if loops % 2 == 1:
            power = square if power is None else Product.apply(power, square)
        loops //= 2
        if loops == 0:
            return power.square().sum((0, 1)).mean()
        square = Product.apply(square, square)
