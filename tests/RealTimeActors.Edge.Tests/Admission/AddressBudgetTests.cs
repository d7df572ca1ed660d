using System.Net;
using RealTimeActors.Edge.Admission;

namespace RealTimeActors.Edge.Tests.Admission;

public sealed class AddressBudgetTests
{
    private static readonly AddressKey _one = AddressKey.Of(IPAddress.Parse("192.0.2.1"));

    [Fact]
    public void Each_address_has_places_of_its_own()
    {
        var budget = new AddressBudget(handshakesMax: 2, connectionsMax: 0);

        Assert.True(budget.TryEnter(_one, out _));
        Assert.True(budget.TryEnter(_one, out _));
        Assert.False(budget.TryEnter(_one, out var isHandshakes));
        Assert.True(isHandshakes);
        Assert.True(budget.TryEnter(AddressKey.Of(IPAddress.Parse("192.0.2.2")), out _));

        budget.HandshakeDone(_one);
        Assert.True(budget.TryEnter(_one, out _));
    }

    [Fact]
    public void Connections_are_counted_to_their_end_and_nothing_is_kept_of_an_address_that_has_none()
    {
        var budget = new AddressBudget(handshakesMax: 0, connectionsMax: 1);

        Assert.True(budget.TryEnter(_one, out _));
        budget.HandshakeDone(_one);
        Assert.False(budget.TryEnter(_one, out var isHandshakes));
        Assert.False(isHandshakes);

        budget.Left(_one);
        Assert.Equal(0, budget.Addresses);
        Assert.True(budget.TryEnter(_one, out _));
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void A_customer_has_the_second_half_of_an_IPv6_address(string one, string other, bool same) =>
        Assert.Equal(same, AddressKey.Of(IPAddress.Parse(one)) == AddressKey.Of(IPAddress.Parse(other)));
}
