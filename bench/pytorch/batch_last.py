"""Products of many small matrices with the batch as the last axis.

Debian's PyTorch makes one BLAS call per matrix of a batched product; for 11 x 11 matrices the calls
cost more than the arithmetic. With the batch last, a product is k vector operations along the batch.
"""

import torch


def batch_last_product(left, right):
    """(k, m, batch) by (m, l, batch)."""
    product = left[:, 0, None] * right[None, 0]
    for inner in range(1, left.shape[1]):
        product.addcmul_(left[:, inner, None], right[None, inner])
    return product


class Product(torch.autograd.Function):
    """`batch_last_product` with a backward that works in place too, which autograd's cannot."""

    @staticmethod
    def forward(ctx, left, right):
        ctx.save_for_backward(left, right)
        return batch_last_product(left, right)

    @staticmethod
    def backward(ctx, slope):
        left, right = ctx.saved_tensors
        to_left = batch_last_product(slope, right.transpose(0, 1))
        return to_left, batch_last_product(left.transpose(0, 1), slope)


class Congruence(torch.autograd.Function):
    """T, G -> T G T^T for symmetric G: five products where autograd takes six."""

    @staticmethod
    def forward(ctx, transfer, gram):
        ctx.save_for_backward(transfer, gram)
        product = batch_last_product(transfer, gram)
        return batch_last_product(product, transfer.transpose(0, 1))

    @staticmethod
    def backward(ctx, slope):
        transfer, gram = ctx.saved_tensors
        product = batch_last_product(slope + slope.transpose(0, 1), transfer)
        to_gram = batch_last_product(transfer.transpose(0, 1), product).mul_(0.5)
        return batch_last_product(product, gram), to_gram
