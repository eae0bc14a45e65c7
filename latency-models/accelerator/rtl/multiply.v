// The multiplier of a processing element, combinational. KIND says what a weight is:
//   0  a two's complement integer: product = activation * weight
//   1  one power of two: sign, then exponent e; product = +-(activation << e)
//   2  two powers of two, the high and the low half of the weight, each as in 1; product = their sum
//   3  IEEE 754 single precision (see fp32_multiply)
// Kinds 1 and 2 leave the last negation to the accumulator: the value is `product` + `carry`.
// Of an integer product with more than PRODUCT bits the low ones are dropped (rounding down): fixed point.
module multiply #(
    parameter KIND = 0,
    parameter ACTIVATION = 16,
    parameter WEIGHT = 16,
    parameter PRODUCT = 32
) (
    input  wire [ACTIVATION-1:0] activation,
    input  wire [WEIGHT-1:0]     weight,
    output wire [PRODUCT-1:0]    product,
    output wire                  carry
);
    generate
        if (KIND == 0) begin : integer_product
            localparam FULL = ACTIVATION + WEIGHT;
            wire signed [FULL-1:0] full = $signed(activation) * $signed(weight);
            localparam DROPPED = FULL > PRODUCT ? FULL - PRODUCT : 0;
            wire signed [PRODUCT-1:0] kept = full >>> DROPPED;
            assign product = kept;
            assign carry = 1'b0;
        end else if (KIND == 1) begin : one_shift
            // Shifted in just the bits that the result can have, then extended.
            localparam TERM = ACTIVATION + (1 << (WEIGHT - 1));
            wire signed [TERM-1:0] wide = $signed(activation);
            wire signed [TERM-1:0] term = (wide << weight[WEIGHT-2:0]) ^ {TERM{weight[WEIGHT-1]}};
            wire signed [PRODUCT-1:0] extended = term;
            assign product = extended;
            assign carry = weight[WEIGHT-1];
        end else if (KIND == 2) begin : two_shifts
            localparam HALF = WEIGHT / 2;
            // As above.
            localparam TERM = ACTIVATION + (1 << (HALF - 1));
            wire signed [TERM-1:0] wide = $signed(activation);
            wire high_sign = weight[WEIGHT-1];
            wire low_sign = weight[HALF-1];
            wire signed [TERM-1:0] high = (wide << weight[WEIGHT-2:HALF]) ^ {TERM{high_sign}};
            wire signed [TERM-1:0] low = (wide << weight[HALF-2:0]) ^ {TERM{low_sign}};
            wire signed [TERM+1:0] sum = $signed({high, 1'b1}) + $signed({low, high_sign});
            wire signed [TERM:0] terms = sum[TERM+1:1];
            wire signed [PRODUCT-1:0] extended = terms;
            assign product = extended;
            assign carry = low_sign;
        end else begin : float_product
            fp32_multiply multiply (.a(activation), .b(weight), .y(product));
            assign carry = 1'b0;
        end
    endgenerate
endmodule
