using System.Text;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>What a client of shared state asks for: every operation, on few keys, so that several meet; with and without clocks, versions and ids, and now and then again.</summary>
internal sealed class MutationDraws(string name, string channel, Observations seen, Xoshiro256 chance)
{
    private readonly SortedDictionary<string, long> _versions = new(StringComparer.Ordinal);
    private readonly List<ClientFrame.Mutate> _sent = [];
    private int _count;

    /// <summary>What the client knows of a key.</summary>
    public void Learn(string key, long version) => _versions[key] = version;

    /// <summary>What is sent in one go, without the ids of the requests.</summary>
    public IEnumerable<ClientFrame.Mutate> Next()
    {
        if (_sent.Count > 0 && chance.OneIn(4))
        {
            yield return Again();
            yield break;
        }

        var first = New($"key-{chance.Below(seen.Plan.State!.Keys)}");
        yield return first;

        // Two that build on the same, and one that comes twice before its answer can.
        if (chance.OneIn(4))
            yield return New(first.Key) with { IfVersion = first.IfVersion };
        else if (chance.OneIn(6))
            yield return first;
    }

    private ClientFrame.Mutate Again()
    {
        var earlier = _sent[^(1 + chance.Below(Math.Min(_sent.Count, 80)))];
        return chance.OneIn(8) ? earlier with { Operation = "merge", Value = Json($$"""{"other":{{++_count}}}""") } : earlier;
    }

    private ClientFrame.Mutate New(string key)
    {
        var number = ++_count;
        var known = _versions.GetValueOrDefault(key);
        var (operation, value) = Draw(number);
        var mutate = new ClientFrame.Mutate
        {
            Channel = channel,
            Key = key,
            Operation = operation,
            Value = value,
            IfVersion = chance.Below(6) switch
            {
                0 or 1 => known,
                2 when chance.OneIn(4) => chance.Pick(0, -1, Math.Max(0, known - 1), known + 1),
                _ => null,
            },
            BaseVersion = chance.OneIn(6) ? known : null,
            TimeUnixMs = chance.OneIn(2) ? seen.NowUnixMs + chance.Between(-1_500, chance.OneIn(8) ? 9_000 : 500) : null,
            MutationId = chance.OneIn(10) ? null : $"{name}:{number}",
        };
        if (mutate.MutationId is not null)
            _sent.Add(mutate);

        return mutate;
    }

    private (string Operation, ReadOnlyMemory<byte> Value) Draw(int number) => chance.Below(14) switch
    {
        0 => ("delete", default),
        1 or 2 => ("set", Json($$"""{"count":{{chance.Below(9)}},"title":"{{name}} {{number}}"}""")),
        3 => ("increment", Json($$"""{"count":{{chance.Between(-3, 5)}}}""")),
        4 => ("add", Json($$"""{"tags":["t{{chance.Below(6)}}"]}""")),
        5 => ("remove", Json($$"""{"tags":["t{{chance.Below(6)}}"]}""")),
        6 => ("merge", Json($$"""{"top":{{chance.Below(100)}},"seat":"{{name}}"}""")),
        7 => ("merge", Json($$"""{"title":null,"note":"{{number}}"}""")),
        8 => ("merge", Json($$"""{"amount":{{chance.Below(50)}}}""")),
        9 or 10 => ("merge", Json($$"""{"long":"{{new string((char)('a' + (number % 26)), chance.Between(300, 1_200) * seen.Plan.State!.LongTimes)}}"}""")),
        _ => ("merge", Json($$"""{"title":"{{name}} {{number}}","n":{{number}}}""")),
    };

    private static ReadOnlyMemory<byte> Json(string text) => Encoding.UTF8.GetBytes(text);
}
