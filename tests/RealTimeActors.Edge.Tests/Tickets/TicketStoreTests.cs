using RealTimeActors.Edge.Tickets;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol.Names;
using RealTimeActors.TestKit.Time;

namespace RealTimeActors.Edge.Tests.Tickets;

public sealed class TicketStoreTests
{
    private static readonly ChannelName _channel = ChannelName.Parse("a.b");
    private readonly VirtualTime _time = new();
    private readonly Identity _anna;
    private readonly TicketStore _store;

    public TicketStoreTests()
    {
        _anna = new Identity { User = "anna", ExpiresUnixMs = (_time.GetUtcNow() + TimeSpan.FromMinutes(5)).ToUnixTimeMilliseconds() };
        _store = new TicketStore(new EdgeOptions { TicketsMax = 4, TicketsPerUserMax = 3 }, _time);
    }

    [Fact]
    public void Admits_once()
    {
        var ticket = _store.Make(_anna, null)!;

        Assert.Same(_anna, _store.Use(ticket, null, comesBack: false)!.Identity);
        Assert.Null(_store.Use(ticket, null, comesBack: false));
        Assert.Null(_store.Use(ticket, null, comesBack: true));
    }

    [Fact]
    public void Admits_within_half_a_minute()
    {
        var (early, late) = (_store.Make(_anna, null)!, _store.Make(_anna, null)!);

        _time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.NotNull(_store.Use(early, null, comesBack: false));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(_store.Use(late, null, comesBack: false));
    }

    [Fact]
    public void A_stream_comes_back_by_it_until_the_token_expires_and_nothing_else_does()
    {
        var ticket = _store.Make(_anna, null)!;

        Assert.NotNull(_store.Use(ticket, _channel, comesBack: false));
        Assert.Null(_store.Use(ticket, _channel, comesBack: false));
        Assert.Null(_store.Use(ticket, ChannelName.Parse("a.c"), comesBack: true));
        Assert.Null(_store.Use(ticket, null, comesBack: true));
        _time.Advance(TimeSpan.FromMinutes(4.9));
        Assert.NotNull(_store.Use(ticket, _channel, comesBack: true));
        _time.Advance(TimeSpan.FromMinutes(0.1));
        Assert.Null(_store.Use(ticket, _channel, comesBack: true));
    }

    [Fact]
    public void Of_a_user_who_has_too_many_the_oldest_is_given_up()
    {
        var tickets = Enumerable.Range(0, 4).Select(_ => _store.Make(_anna, null)!).ToArray();

        Assert.Null(_store.Use(tickets[0], null, comesBack: false));
        Assert.All(tickets[1..], ticket => Assert.NotNull(_store.Use(ticket, null, comesBack: false)));
    }

    [Fact]
    public void When_there_are_too_many_a_further_one_is_refused_until_others_are_over()
    {
        foreach (var user in new[] { "u1", "u2", "u3", "u4" })
            Assert.NotNull(_store.Make(_anna with { User = user }, null));

        Assert.Null(_store.Make(_anna, null));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.NotNull(_store.Make(_anna, null));
    }

    [Fact]
    public void Has_at_least_128_random_bits_and_is_never_the_same()
    {
        var tickets = Enumerable.Range(0, 100).Select(_ => _store.Make(_anna, null)!).ToArray();

        Assert.Equal(100, tickets.Distinct(StringComparer.Ordinal).Count());
        Assert.All(tickets, ticket => Assert.True(ticket.Length * 6 >= 128, ticket));
    }
}
