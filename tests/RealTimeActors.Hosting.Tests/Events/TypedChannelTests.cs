using RealTimeActors.Client;
using RealTimeActors.Hosting.Tests.Support;
using RealTimeActors.Protocol;

namespace RealTimeActors.Hosting.Tests.Events;

public sealed class TypedChannelTests : IAsyncLifetime
{
    private TestApplication _app = null!;
    private IChannel<GrantEvent> _grants = null!;

    public async Task InitializeAsync()
    {
        _app = await TestApplication.StartAsync();
        _grants = _app.Channels.Of<GrantEvent>("funding.grants");
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Hands_over_events_and_what_it_does_not_know_too()
    {
        var received = new Box<Received<GrantEvent>>();
        await using var subscription = await _grants.SubscribeAsync("billing", (e, _) => received.PutAsync(e));

        var receipt = await _grants.PublishAsync(new GrantEvent.Opened("g1"));
        await _app.Channels.PublishAsync("funding.grants", "grant.frozen", new { id = "g1" });
        await _app.Channels.PublishAsync("funding.grants", "grant.opened", "not a grant");
        await _grants.PublishAsync(new GrantMoved("g1", "Lyon"));
        var events = await received.NextAsync(4);

        Assert.Equal("funding.grants", _grants.Name);
        Assert.Equal([new GrantEvent.Opened("g1"), null, null, new GrantMoved("g1", "Lyon")], events.Select(e => e.Event));
        Assert.Equal(["grant.opened", "grant.frozen", "grant.opened", "grant.moved"], events.Select(e => e.Type));
        Assert.Contains("'grant.frozen' is not known here", events[1].Problem, StringComparison.Ordinal);
        Assert.Contains("not of the form", events[2].Problem, StringComparison.Ordinal);
        Assert.Equal((receipt.Epoch, 1L), (events[0].Epoch, events[0].Offset));
        Assert.Equal("""{"id":"g1"}""", System.Text.Encoding.UTF8.GetString(events[1].Raw.Event.Data.Span));
    }

    [Fact]
    public async Task Publishes_several_events_as_one()
    {
        var receipts = await _grants.PublishAllAsync([new GrantEvent.Opened("g1"), new GrantEvent.Closed("g1")]);
        var tooLarge = await Assert.ThrowsAsync<RealTimeException>(() => _grants.PublishAllAsync([new GrantEvent.Opened("g2"), new GrantEvent.Opened(new string('x', 70_000))]));

        Assert.Equal([1L, 2L], receipts.Select(receipt => receipt.Offset));
        Assert.Equal(ErrorCode.TooLarge, tooLarge.Error);
        Assert.Equal(2, (await _app.Channels.ReadAsync("funding.grants")).Events.Count);
    }

    [Fact]
    public async Task Follows_as_a_stream()
    {
        await _grants.PublishAsync(new GrantEvent.Opened("g1"));

        await foreach (var received in _grants.FollowAsync(new SubscriberOptions { Name = "list" }))
        {
            Assert.Equal(new GrantEvent.Opened("g1"), received.Event);
            return;
        }

        Assert.Fail("An event was expected.");
    }
}
