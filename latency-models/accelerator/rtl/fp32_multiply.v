// IEEE 754 single precision product, combinational. Rounds to nearest, ties to even. Subnormal operands count as zero
// and a product below 2^-126 after rounding (with unbounded exponent) becomes zero, signs kept. Infinities are
// propagated; every NaN and 0 * infinity give the quiet NaN 7fc00000.
module fp32_multiply (
    input  wire [31:0] a,
    input  wire [31:0] b,
    output wire [31:0] y
);
    wire sign = a[31] ^ b[31];
    wire a_zero = a[30:23] == 8'd0;
    wire b_zero = b[30:23] == 8'd0;
    wire a_special = a[30:23] == 8'd255;
    wire b_special = b[30:23] == 8'd255;
    wire nan = (a_special & (a[22:0] != 0)) | (b_special & (b[22:0] != 0))
             | (a_special & b_zero) | (b_special & a_zero);

    wire [47:0] full = {1'b1, a[22:0]} * {1'b1, b[22:0]};
    wire high = full[47];
    wire [23:0] kept = high ? full[47:24] : full[46:23];
    wire guard = high ? full[23] : full[22];
    wire sticky = (|full[21:0]) | (high & full[22]);
    wire up = guard & (sticky | kept[0]);
    wire [24:0] rounded = {1'b0, kept} + {24'd0, up};

    // Ten bits, two's complement: -126 - 127 .. 254 + 2.
    wire [9:0] exponent = {2'b00, a[30:23]} + {2'b00, b[30:23]} - 10'd127 + {9'd0, high} + {9'd0, rounded[24]};
    wire tiny = exponent[9] | (exponent == 10'd0);
    wire huge = ~exponent[9] & (exponent >= 10'd255);

    wire zero = a_zero | b_zero | tiny;
    wire infinite = a_special | b_special | huge;
    assign y = nan ? 32'h7fc00000
             : (a_special | b_special) ? {sign, 8'd255, 23'd0}
             : zero ? {sign, 31'd0}
             : infinite ? {sign, 8'd255, 23'd0}
             : {sign, exponent[7:0], rounded[22:0]};
endmodule
