// A row-stationary processing element: one-dimensional convolution of p filters over a sliding window of q * S
// activations, one multiply-accumulate a cycle, scratchpads for activations (ifmap), weights (filter) and partial
// sums (psum).
//
// Protocol. One of reset, ifmap_write, filter_write, mac, drain at most is high in a cycle; the *_last inputs are held
// during a pass: ifmap_last = q*S - 1, filter_last = p*q*S - 1, psum_last = p - 1.
//   1. reset for a cycle: all addresses return to 0.
//   2. filter_write for p*q*S cycles with filter_data: word n holds tap n / p of filter n % p.
//   3. ifmap_write for q*S cycles with ifmap_data, oldest first.
//   4. mac for p*q*S cycles, in any rhythm: tap by tap, for each tap all p filters.
//   5. drain for p cycles; in the cycle after each of them psum_in holds what comes from the neighbour (or 0). Three
//      cycles after a drain psum_out_valid is high and psum_out = psum + psum_in. The next window starts from 0.
//   6. The next window: ifmap_write for as many words as the window advances (they replace the oldest), then 4.
// Idle cycles may lie anywhere.
//
// Four stages: read operands, multiply, add (with the psum scratchpad's read), write back. The sum's register stands
// between the adder and the scratchpad, so that the adder's glitches do not reach the words' inputs. With p = 1 the
// psum is taken from that register.
//
// With OUTSIDE = 1 there are no register files: the addresses are ports, and read data is expected in the cycle of
// its address, as a register file gives it.
module pe #(
    parameter KIND = 0,            // see multiply.v
    parameter ACTIVATION = 16,     // bits
    parameter WEIGHT = 16,
    parameter PSUM = 32,
    parameter IFMAP_WORDS = 12,
    parameter FILTER_WORDS = 224,
    parameter PSUM_WORDS = 24,
    parameter IFMAP_ADDRESS = 4,   // bits: the binary logarithms of the words, rounded up, at least 1
    parameter FILTER_ADDRESS = 8,
    parameter PSUM_ADDRESS = 5,
    parameter OUTSIDE = 0
) (
    input  wire                      clk,
    input  wire                      reset,
    input  wire [IFMAP_ADDRESS-1:0]  ifmap_last,
    input  wire [FILTER_ADDRESS-1:0] filter_last,
    input  wire [PSUM_ADDRESS-1:0]   psum_last,
    input  wire                      ifmap_write,
    input  wire [ACTIVATION-1:0]     ifmap_data,
    input  wire                      filter_write,
    input  wire [WEIGHT-1:0]         filter_data,
    input  wire                      mac,
    input  wire                      drain,
    input  wire [PSUM-1:0]           psum_in,
    output wire [PSUM-1:0]           psum_out,
    output reg                       psum_out_valid,
    // Only with OUTSIDE = 1; else outputs are 0 and inputs are not used.
    output wire [IFMAP_ADDRESS-1:0]  ifmap_address_out,
    input  wire [ACTIVATION-1:0]     ifmap_read,
    output wire [FILTER_ADDRESS-1:0] filter_address_out,
    input  wire [WEIGHT-1:0]         filter_read,
    output wire [PSUM_ADDRESS-1:0]   psum_read_address,
    input  wire [PSUM-1:0]           psum_read,
    output wire                      psum_write,
    output wire [PSUM_ADDRESS-1:0]   psum_write_address
);
    // Addresses. Ifmap and filter have one each, since a pass reads in the order in which it was loaded: the oldest
    // activation is where the next one goes.
    reg [IFMAP_ADDRESS-1:0]  ifmap_address;
    reg [FILTER_ADDRESS-1:0] filter_address;
    reg [PSUM_ADDRESS-1:0]   psum_address;
    reg                      fresh;          // the window's first tap: psums start from 0
    wire psum_wraps = psum_address == psum_last;
    wire advance_ifmap = ifmap_write | (mac & psum_wraps);
    wire advance_filter = filter_write | mac;
    wire advance_psum = mac | drain;

    always @(posedge clk) begin
        if (reset) ifmap_address <= 0;
        else if (advance_ifmap) ifmap_address <= ifmap_address == ifmap_last ? 0 : ifmap_address + 1'b1;
        if (reset) filter_address <= 0;
        else if (advance_filter) filter_address <= filter_address == filter_last ? 0 : filter_address + 1'b1;
        if (reset) psum_address <= 0;
        else if (advance_psum) psum_address <= psum_wraps ? 0 : psum_address + 1'b1;
        if (reset) fresh <= 1'b1;
        else if (advance_psum & psum_wraps) fresh <= drain;
    end

    // What is in which stage.
    reg multiplying, multiplying_drain, multiplying_fresh;
    reg adding, adding_drain, adding_fresh;
    reg writing;
    reg [PSUM_ADDRESS-1:0] multiplying_address, adding_address, writing_address;
    always @(posedge clk) begin
        multiplying <= ~reset & mac;
        multiplying_drain <= ~reset & drain;
        adding <= ~reset & multiplying;
        adding_drain <= ~reset & multiplying_drain;
        writing <= ~reset & adding;
        psum_out_valid <= ~reset & adding_drain;
        multiplying_fresh <= fresh;
        adding_fresh <= multiplying_fresh;
        multiplying_address <= psum_address;
        adding_address <= multiplying_address;
        writing_address <= adding_address;
    end

    // Read.
    wire [ACTIVATION-1:0] ifmap_word;
    wire [WEIGHT-1:0]     filter_word;
    reg  [ACTIVATION-1:0] activation;
    reg  [WEIGHT-1:0]     weight;
    wire read_clk;
    clock_gate read_gate (.clk(clk), .enable(mac), .gated(read_clk));
    always @(posedge read_clk) begin
        activation <= ifmap_word;
        weight <= filter_word;
    end

    // Multiply; a drain takes the neighbour's psum in the product's place.
    wire [PSUM-1:0] new_product;
    wire            new_carry;
    reg  [PSUM-1:0] product;
    reg             carry;
    multiply #(.KIND(KIND), .ACTIVATION(ACTIVATION), .WEIGHT(WEIGHT), .PRODUCT(PSUM)) multiplier
        (.activation(activation), .weight(weight), .product(new_product), .carry(new_carry));
    wire product_clk;
    clock_gate product_gate (.clk(clk), .enable(multiplying | multiplying_drain), .gated(product_clk));
    always @(posedge product_clk) begin
        product <= multiplying_drain ? psum_in : new_product;
        carry <= new_carry & ~multiplying_drain;
    end

    // Add.
    wire [PSUM-1:0] psum_word;
    wire [PSUM-1:0] new_sum;
    reg  [PSUM-1:0] sum;
    wire single = psum_last == 0;
    wire [PSUM-1:0] psum = (single ? sum : psum_word) & {PSUM{~adding_fresh}};
    accumulate #(.KIND(KIND), .PSUM(PSUM)) adder (.a(psum), .b(product), .carry(carry), .sum(new_sum));
    wire sum_clk;
    clock_gate sum_gate (.clk(clk), .enable(adding | adding_drain), .gated(sum_clk));
    always @(posedge sum_clk) sum <= new_sum;
    assign psum_out = sum;

    generate
        if (OUTSIDE) begin : outside
            assign ifmap_word = ifmap_read;
            assign filter_word = filter_read;
            assign psum_word = psum_read;
            assign ifmap_address_out = ifmap_address;
            assign filter_address_out = filter_address;
            assign psum_read_address = adding_address;
            assign psum_write = writing;
            assign psum_write_address = writing_address;
        end else begin : inside
            scratchpad #(.WORDS(IFMAP_WORDS), .BITS(ACTIVATION), .ADDRESS(IFMAP_ADDRESS)) ifmap
                (.clk(clk), .write(ifmap_write), .write_address(ifmap_address), .write_data(ifmap_data),
                 .read_address(ifmap_address), .read_data(ifmap_word));
            scratchpad #(.WORDS(FILTER_WORDS), .BITS(WEIGHT), .ADDRESS(FILTER_ADDRESS)) filter
                (.clk(clk), .write(filter_write), .write_address(filter_address), .write_data(filter_data),
                 .read_address(filter_address), .read_data(filter_word));
            scratchpad #(.WORDS(PSUM_WORDS), .BITS(PSUM), .ADDRESS(PSUM_ADDRESS)) psums
                (.clk(clk), .write(writing), .write_address(writing_address), .write_data(sum),
                 .read_address(adding_address), .read_data(psum_word));
            assign ifmap_address_out = 0;
            assign filter_address_out = 0;
            assign psum_read_address = 0;
            assign psum_write = 1'b0;
            assign psum_write_address = 0;
        end
    endgenerate
endmodule
