using RealTimeActors.Server.CommandLine.Remote;
using Spectre.Console;

namespace RealTimeActors.Server.Tests.CommandLine;

public sealed class ListingTests
{
    [Fact]
    public void A_row_is_one_line_however_long_its_value_is_and_nothing_is_filled_up_behind_it()
    {
        var value = $"[{new string('x', 30_000)}]";
        var listing = new Listing("KEY", "VERSION", "VALUE");
        listing.AddRow("grant-7", "1", Markup.Escape(value));
        listing.AddRow("g", "12", "two\nlines");

        using var text = new StringWriter();
        listing.WriteTo(text);

        Assert.Equal(["KEY     VERSION VALUE", $"grant-7 1       {value}", "g       12      two lines", ""], text.ToString().Split(Environment.NewLine));
    }
}
