"""Losses and gradients in PyTorch, float64, on prompts and weights that are handed in.

Reads from stdin a JSON list of {family, dim, layers, loops, parameters, tokens, targets, tasks}: a block
of `layers` layers applied `loops` times, its parameters packed layer by layer (full: P, Q; restricted:
A, u; gd++: C, u, A), tokens (batch, d+1, n+1). Writes for each {formulation: {loss, gradient}}.
"""

import json
import sys

import looped_attention as models
import prompts
import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def unpack(family, dim, layers, packed):
    """Each layer's parameters as views of the packed vector."""
    square, vector = (dim, dim), (dim,)
    shapes = {
        "full": [(dim + 1, dim + 1)] * 2,
        "restricted": [square, vector],
        "gd++": [square, vector, square],
    }[family]
    counts = [torch.Size(shape).numel() for shape in shapes]
    for layer in packed.view(layers, -1):
        yield [part.view(shape) for part, shape in zip(layer.split(counts), shapes, strict=True)]


def attention_layer(family, dim, parts):
    """(P, Q) = ([[C, 0], [u^T, 1]], [[-A, 0], [0, 0]]) unless they are free."""
    if family == "full":
        return parts
    moved, read_in, preconditioner = parts if family == "gd++" else (None, parts[1], parts[0])
    value, key_query = (torch.zeros(dim + 1, dim + 1) for _ in range(2))
    if moved is not None:
        value[:dim, :dim] = moved
    value[dim, :dim] = read_in
    value[dim, dim] = 1
    key_query[:dim, :dim] = -preconditioner
    return value, key_query


def losses(case):
    """(formulation, function of the packed parameters) of a case."""
    family, dim, loops = case["family"], case["dim"], case["loops"]
    tokens, wanted = torch.tensor(case["tokens"]), torch.tensor(case["targets"])
    context = tokens.shape[2] - 1
    seen, query = tokens[:, :, :context], tokens[:, :, context]
    gram = seen @ seen.transpose(1, 2)
    gram_last, query_last = gram.permute(1, 2, 0).contiguous(), query.T.contiguous()
    scatter = gram_last[:dim, :dim].contiguous()
    draw = prompts.Draw(torch.tensor(case["tasks"]).T, query_last[:dim], scatter)

    def parts(packed):
        return list(unpack(family, dim, case["layers"], packed)) * loops

    def plain(predict):
        def loss(packed):
            layers = [attention_layer(family, dim, layer) for layer in parts(packed)]
            return (predict(layers) - wanted).square().mean()

        return loss

    yield "literal attention", plain(lambda layers: models.literal_attention(layers, tokens))
    yield "Gram association", plain(lambda layers: models.gram_association(layers, tokens))
    yield "state recursion", plain(
        lambda layers: models.state_recursion(layers, gram, query, context)
    )
    yield "lean state recursion", plain(
        lambda layers: models.lean_state_recursion(layers, gram, query, context)
    )
    yield "batch-last recursion", plain(
        lambda layers: models.batch_last_recursion(layers, gram_last, query_last, context)
    )
    if family == "restricted" and case["layers"] == 1:

        def residuals(packed):
            ((preconditioner, read_in),) = unpack(family, dim, 1, packed)
            layers = [preconditioner] * loops
            return models.residual_recursion(layers, draw, context, read_in).square().mean()

        def conditional(packed):
            ((preconditioner, _),) = unpack(family, dim, 1, packed)
            return models.conditional_loss(preconditioner, loops, scatter, context)

        yield "residual recursion", residuals
        # Its formula is the one for u = 0.
        if not any(case["parameters"][dim * dim :]):
            yield "conditional estimator", conditional


def loss_and_gradient(loss_of, parameters):
    packed = torch.tensor(parameters, requires_grad=True)
    loss = loss_of(packed)
    loss.backward()
    return {"loss": loss.item(), "gradient": packed.grad.tolist()}


if __name__ == "__main__":
    answers = [
        {name: loss_and_gradient(loss_of, case["parameters"]) for name, loss_of in losses(case)}
        for case in json.load(sys.stdin)
    ]
    json.dump(answers, sys.stdout)
