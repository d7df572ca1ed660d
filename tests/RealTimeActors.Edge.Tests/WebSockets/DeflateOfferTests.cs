using Microsoft.Extensions.Primitives;
using RealTimeActors.Edge.WebSockets;

namespace RealTimeActors.Edge.Tests.WebSockets;

public sealed class DeflateOfferTests
{
    private const string Taken = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    [Theory]
    [InlineData("permessage-deflate", Taken)]
    [InlineData("permessage-deflate; client_max_window_bits", Taken)]
    [InlineData("Permessage-Deflate;client_max_window_bits=10;server_no_context_takeover;client_no_context_takeover", Taken)]
    [InlineData("permessage-deflate; server_max_window_bits=\"15\"", Taken + "; server_max_window_bits=15")]
    [InlineData("permessage-bzip2, permessage-deflate; server_max_window_bits=10, permessage-deflate", Taken)]
    [InlineData("", null)]
    [InlineData("x-webkit-deflate-frame", null)]
    [InlineData("permessage-deflate; server_max_window_bits=8", null)]
    [InlineData("permessage-deflate; server_max_window_bits", null)]
    [InlineData("permessage-deflate; client_max_window_bits=16", null)]
    [InlineData("permessage-deflate; client_max_window_bits=", null)]
    [InlineData("permessage-deflate; server_no_context_takeover=1", null)]
    [InlineData("permessage-deflate; client_no_context_takeover; client_no_context_takeover", null)]
    [InlineData("permessage-deflate; unknown", null)]
    [InlineData("permessage-deflate;", null)]
    public void Takes_the_first_offer_that_it_can_keep(string offered, string? answer) => Assert.Equal(answer, DeflateOffer.Answer(offered));

    [Fact]
    public void Reads_offers_on_several_lines() => Assert.Equal(Taken, DeflateOffer.Answer(new StringValues(["x, y", "permessage-deflate"])));

    [Fact]
    public void Looks_at_so_many_offers_and_no_more() => Assert.Null(DeflateOffer.Answer(string.Join(", ", [.. Enumerable.Repeat("x", 16), "permessage-deflate"])));
}
