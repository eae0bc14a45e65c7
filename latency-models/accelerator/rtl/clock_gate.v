// A clock gate: passes the high phases of `clk` that begin while `enable` is high. Synthesis replaces it by the
// library's integrated cell; this description is what such a cell does.
module clock_gate (
    input  wire clk,
    input  wire enable,
    output wire gated
);
    reg open;
    always @(clk or enable)
        if (!clk) open = enable;
    assign gated = clk & open;
endmodule
