// IEEE 754 single precision sum, combinational. Rounds to nearest, ties to even. Subnormal operands count as zero and
// a subnormal sum becomes zero, sign kept; x + (-x) is +0. Infinities are propagated; every NaN and
// infinity - infinity give the quiet NaN 7fc00000.
module fp32_add (
    input  wire [31:0] a,
    input  wire [31:0] b,
    output wire [31:0] y
);
    // The larger magnitude first.
    wire swap = a[30:0] < b[30:0];
    wire [31:0] greater = swap ? b : a;
    wire [31:0] lesser = swap ? a : b;
    wire greater_zero = greater[30:23] == 8'd0;
    wire lesser_zero = lesser[30:23] == 8'd0;
    wire subtract = a[31] ^ b[31];

    // Mantissas with guard, round and sticky bits.
    wire [7:0] distance = greater[30:23] - lesser[30:23];
    wire [26:0] greater_mantissa = greater_zero ? 27'd0 : {1'b1, greater[22:0], 3'd0};
    wire [26:0] lesser_mantissa = lesser_zero ? 27'd0 : {1'b1, lesser[22:0], 3'd0};
    wire far = distance[7:5] != 0;
    wire [4:0] shift = distance[4:0];
    wire [53:0] moved = {lesser_mantissa, 27'd0} >> shift;
    wire lost = far ? ~lesser_zero : |moved[26:0];
    wire [26:0] aligned = {far ? 26'd0 : moved[53:28], (far ? 1'b0 : moved[27]) | lost};

    wire [28:0] wide = {1'b0, greater_mantissa, 1'b1} + {1'b0, aligned ^ {27{subtract}}, subtract};
    // With subtract the borrow's complement comes out at the top; the difference is never negative.
    wire overflow = wide[28] & ~subtract;
    wire [26:0] sum = wide[27:1];

    // Left until the leading one is at the top.
    wire [26:0] s4 = sum[26:11] == 0 ? {sum[10:0], 16'd0} : sum;
    wire [26:0] s3 = s4[26:19] == 0 ? {s4[18:0], 8'd0} : s4;
    wire [26:0] s2 = s3[26:23] == 0 ? {s3[22:0], 4'd0} : s3;
    wire [26:0] s1 = s2[26:25] == 0 ? {s2[24:0], 2'd0} : s2;
    wire [26:0] s0 = s1[26] == 0 ? {s1[25:0], 1'd0} : s1;
    wire [4:0] zeros = {sum[26:11] == 0, s4[26:19] == 0, s3[26:23] == 0, s2[26:25] == 0, s1[26] == 0};
    wire vanished = ~overflow & (sum == 0);

    wire [26:0] normal = overflow ? {1'b1, sum[26:2], sum[1] | sum[0]} : s0;
    wire up = normal[2] & (normal[1] | normal[0] | normal[3]);
    wire [24:0] rounded = {1'b0, normal[26:3]} + {24'd0, up};
    wire [9:0] exponent = {2'b00, greater[30:23]} - (overflow ? 10'h3ff : {5'd0, zeros}) + {9'd0, rounded[24]};
    wire tiny = exponent[9] | (exponent == 10'd0);
    wire huge = ~exponent[9] & (exponent >= 10'd255);

    wire greater_special = greater[30:23] == 8'd255;
    wire lesser_special = lesser[30:23] == 8'd255;
    wire nan = (greater_special & (greater[22:0] != 0)) | (lesser_special & (lesser[22:0] != 0))
             | (lesser_special & subtract);
    // Two zeros: negative only if both are. A sum that vanishes: positive.
    wire zero_sign = greater_zero ? (a[31] & b[31]) : vanished ? 1'b0 : greater[31];
    assign y = nan ? 32'h7fc00000
             : greater_special ? {greater[31], 8'd255, 23'd0}
             : (greater_zero | vanished | tiny) ? {zero_sign, 31'd0}
             : huge ? {greater[31], 8'd255, 23'd0}
             : {greater[31], exponent[7:0], rounded[22:0]};
endmodule
