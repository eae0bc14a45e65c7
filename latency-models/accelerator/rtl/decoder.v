// A decoded address, in two levels: both halves of the address first, then one AND a word. The address's flip-flops
// drive few gates, whatever the number of words.
module decoder #(
    parameter WORDS = 16,
    parameter ADDRESS = 4
) (
    input  wire [ADDRESS-1:0] address,
    output wire [WORDS-1:0]   select
);
    localparam LOW = ADDRESS / 2;
    genvar i;
    generate
        if (LOW == 0) begin : direct
            for (i = 0; i < WORDS; i = i + 1) begin : word
                assign select[i] = address == i;
            end
        end else begin : halves
            localparam ROWS = ((WORDS - 1) >> LOW) + 1;
            wire [(1 << LOW)-1:0] low;
            wire [ROWS-1:0] high;
            for (i = 0; i < (1 << LOW); i = i + 1) begin : low_line
                assign low[i] = address[LOW-1:0] == i;
            end
            for (i = 0; i < ROWS; i = i + 1) begin : high_line
                assign high[i] = address[ADDRESS-1:LOW] == i;
            end
            for (i = 0; i < WORDS; i = i + 1) begin : word
                assign select[i] = high[i >> LOW] & low[i & ((1 << LOW) - 1)];
            end
        end
    endgenerate
endmodule
