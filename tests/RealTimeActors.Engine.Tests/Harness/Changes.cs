using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Harness;

/// <summary>Changes the first entries of the channel <c>a</c>, each time otherwise: merges, whole values, increments, and now and then a delete.</summary>
internal sealed class Changes
{
    private int _made;

    /// <summary>So many changes; their answers are taken.</summary>
    internal void Change(TestClient writer, int count, int keys = 10)
    {
        for (var i = 0; i < count; i++)
        {
            _made++;
            var key = $"k{_made % keys:000}";
            var frame = (_made % 11) switch
            {
                3 => StateSteps.MutateFrame("a", key, "set", $$"""{"n":{{_made}},"whole":true}"""),
                7 => StateSteps.MutateFrame("a", key, "increment", """{"sum":1}"""),
                9 => StateSteps.MutateFrame("a", key, "delete", null),
                _ => StateSteps.MutateFrame("a", key, "merge", $$$"""{"n":{{{_made}}},"m{{{_made % 3}}}":{"x":{{{_made}}}}}"""),
            };
            writer.Send(frame, settles: i % 50 == 49 || i == count - 1);
        }

        Assert.Equal(count, writer.Frames.OfType<ServerFrame.Mutated>().Count());
        writer.Forget();
    }
}
