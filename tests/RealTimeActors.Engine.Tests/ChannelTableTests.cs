using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests;

public sealed class ChannelTableTests
{
    private readonly ChannelTable<string> _table = new();

    [Fact]
    public void Does_what_a_sorted_dictionary_does_while_it_is_small_and_when_it_is_large()
    {
        var model = new SortedDictionary<ChannelName, string>();
        var random = new Random(5);
        for (var step = 0; step < 20_000; step++)
        {
            // Now few, now many channels, so that it grows out of its array and is emptied again.
            var channel = Channel(random.Next(step % 4_000 < 2_000 ? 8 : 60));
            switch (random.Next(4))
            {
                case 0 or 1:
                    _table[channel] = model[channel] = $"{step}";
                    break;
                case 2:
                    Assert.Equal(model.Remove(channel, out var expected), _table.Remove(channel, out var removed));
                    Assert.Equal(expected, removed);
                    break;
                case 3 when random.Next(500) == 0:
                    _table.Clear();
                    model.Clear();
                    break;
            }

            Assert.Equal(model.GetValueOrDefault(channel), _table.GetValueOrDefault(channel));
            Assert.Equal((model.Count, model.ContainsKey(channel)), (_table.Count, _table.ContainsKey(channel)));
            Assert.Equal(model, _table);
            Assert.Equal(model.Values, _table.Values);
            Assert.Equal(model.Keys, _table.Keys);
        }
    }

    [Fact]
    public void Does_not_add_what_is_there()
    {
        _table.Add(Channel(1), "one");

        Assert.Throws<ArgumentException>(() => _table.Add(Channel(1), "again"));
        Assert.True(_table.TryGetValue(Channel(1), out var value));
        Assert.Equal("one", value);
    }

    private static ChannelName Channel(int number) => ChannelName.Parse($"c.{number}");
}
