using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

public sealed class DueSubscriptionsTests
{
    private static readonly SubscriptionOptions _options = new(AckMode.Auto, DeliveryOrder.Lanes, OverflowPolicy.CatchUp, Priority.Low);

    [Fact]
    public void The_earliest_comes_first_whatever_was_put_in_moved_and_taken_out()
    {
        var chance = new Random(7);
        var due = new DueSubscriptions();
        var subscriptions = Enumerable.Range(0, 50).Select(_ => new Subscription(null!, null!, _options)).ToArray();
        var expected = new Dictionary<Subscription, long>();

        for (var step = 0; step < 5_000; step++)
        {
            var subscription = subscriptions[chance.Next(50)];
            if (chance.Next(4) == 0)
            {
                due.Set(subscription, null);
                expected.Remove(subscription);
            }
            else
            {
                var at = (long)chance.Next(1_000);
                due.Set(subscription, at);
                expected[subscription] = at;
            }

            Assert.Equal(expected.Count, due.Count);
            Assert.Equal(expected.Count == 0 ? null : expected.Values.Min(), due.EarliestUnixMs);
        }

        var taken = new List<long>();
        while (due.TryTake(500, out var next))
            taken.Add(expected[next]);

        Assert.Equal(expected.Values.Where(at => at <= 500).Order(), taken);
        Assert.True(due.EarliestUnixMs > 500);
    }

    [Fact]
    public void Who_is_not_due_yet_stays()
    {
        var due = new DueSubscriptions();
        due.Set(new Subscription(null!, null!, _options), 10);

        Assert.False(due.TryTake(9, out _));
        Assert.True(due.TryTake(10, out _));
        Assert.False(due.TryTake(long.MaxValue, out _));
    }
}
