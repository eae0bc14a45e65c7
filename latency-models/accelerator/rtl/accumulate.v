// The adder of a processing element, combinational: two's complement, wrapping, with a carry in; or IEEE 754 single
// precision (KIND 3, see fp32_add).
module accumulate #(
    parameter KIND = 0,
    parameter PSUM = 32
) (
    input  wire [PSUM-1:0] a,
    input  wire [PSUM-1:0] b,
    input  wire            carry,
    output wire [PSUM-1:0] sum
);
    generate
        if (KIND == 3) begin : float_sum
            fp32_add add (.a(a), .b(b), .y(sum));
        end else if (KIND == 0) begin : integer_sum
            assign sum = a + b;
        end else begin : carried_sum
            wire [PSUM:0] wide = {a, 1'b1} + {b, carry};
            assign sum = wide[PSUM:1];
        end
    endgenerate
endmodule
