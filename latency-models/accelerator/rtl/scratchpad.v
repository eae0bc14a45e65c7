// A register file with one read and one write address. Each word has a clock gate of its own, so that a word that is
// not written costs no clock; a read is an AND with the decoded address and an OR of all words, so that words that are
// not selected stay quiet whatever the address does.
//
// A read is combinational; a write happens at the rising edge of `clk` that ends a cycle with `write` high.
module scratchpad #(
    parameter WORDS = 16,
    parameter BITS = 16,
    parameter ADDRESS = 4
) (
    input  wire               clk,
    input  wire               write,
    input  wire [ADDRESS-1:0] write_address,
    input  wire [BITS-1:0]    write_data,
    input  wire [ADDRESS-1:0] read_address,
    output wire [BITS-1:0]    read_data
);
    wire [WORDS*BITS-1:0] selected;
    wire [WORDS-1:0] reads;
    wire [WORDS-1:0] writes;
    decoder #(.WORDS(WORDS), .ADDRESS(ADDRESS)) read_decoder (.address(read_address), .select(reads));
    decoder #(.WORDS(WORDS), .ADDRESS(ADDRESS)) write_decoder (.address(write_address), .select(writes));

    genvar i, b;
    generate
        for (i = 0; i < WORDS; i = i + 1) begin : word
            reg [BITS-1:0] value;
            wire gated;
            clock_gate gate (.clk(clk), .enable(write & writes[i]), .gated(gated));
            always @(posedge gated) value <= write_data;
            // Bit-major, so that the words' bits of one column are neighbours.
            for (b = 0; b < BITS; b = b + 1) begin : bit_of
                assign selected[b*WORDS + i] = value[b] & reads[i];
            end
        end
        for (b = 0; b < BITS; b = b + 1) begin : column
            assign read_data[b] = |selected[b*WORDS +: WORDS];
        end
    endgenerate
endmodule
