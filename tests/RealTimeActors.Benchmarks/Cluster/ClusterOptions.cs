using System.Globalization;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Cluster;

/// <summary>How clusters are measured, from the command line.</summary>
internal sealed record ClusterOptions
{
    internal const string Usage = """
        RealTimeActors.Benchmarks cluster: what one more node brings, and what a message costs each part. Figures, not tests.

          dotnet run -c Release --project tests/RealTimeActors.Benchmarks -- cluster [WORK…] [options]

        publish         durable publishes of 200 channels through one edge: 1 core and 2
        straight        the same without an edge: 1 node of both roles and 2
        fan-out         1 channel, 1,000 subscribers, 32 in flight: 1 edge and 2
        fan-out-paced   the same at 20 events/s: how late
        acks            durable, 5 events/s, each subscriber acks each: what an ack costs
        connections     5,000 clients come, stay, are lost and come back: what each costs
                        (nothing named: all of them)

          --install           installs PostgreSQL's Debian package if it is missing (as root)
          --out DIR           writes cluster.md and cluster.jsonl there
          --quick             one short run of each: to see that it works
          --share N           of a processor, for each node whose number changes (default 0.2); 0 for no limit
          --seconds N         measured time of a run (default 5)
          --warmup N          time before it, two thirds of it without the limit (default 9)
          --runs N            runs of each; the median counts (default 3)
          --channels N        channels, instead of the work's
          --subscribers N     subscribers per channel, instead of the work's
          --in-flight N       events in flight per channel, instead of the work's
          --payload N         bytes of a body, instead of the work's
          --set path=value    passed on to every node (repeatable)
          --data-parent DIR   where the nodes' folders are made (default: the temporary folder)
        """;

    internal required IReadOnlyList<ClusterWork> Works { get; init; }

    internal bool Install { get; init; }

    internal string? OutFolder { get; init; }

    /// <summary>Of a processor, for each node with a share; 0: what it wants.</summary>
    internal double Share { get; init; } = 0.2;

    internal TimeSpan Measured { get; init; } = TimeSpan.FromSeconds(5);

    internal TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(9);

    internal int Runs { get; init; } = 3;

    internal IReadOnlyList<string> NodeSettings { get; init; } = [];

    internal string? DataParent { get; init; }

    /// <summary>Throws <see cref="BenchmarkFailure"/> with what was expected when the arguments make no sense.</summary>
    internal static ClusterOptions Parse(IReadOnlyList<string> arguments)
    {
        var named = arguments.TakeWhile(argument => !argument.StartsWith("--", StringComparison.Ordinal)).ToList();
        var options = new ClusterOptions { Works = ClusterWork.Named(named) };
        for (var at = named.Count; at < arguments.Count;)
        {
            var name = arguments[at++];
            if (name is "--install" or "--quick")
            {
                options = name == "--install" ? options with { Install = true } : options with { Runs = 1, Measured = TimeSpan.FromSeconds(2), WarmUp = TimeSpan.FromSeconds(3) };
                continue;
            }

            if (at == arguments.Count) throw new BenchmarkFailure($"{name} wants a value, or is no option{Environment.NewLine}{Usage}");
            options = options.With(name, arguments[at++]);
        }

        return options;
    }

    private ClusterOptions With(string name, string value) => name switch
    {
        "--out" => this with { OutFolder = Path.GetFullPath(value) },
        "--share" => this with { Share = Part(name, value) },
        "--seconds" => this with { Measured = TimeSpan.FromSeconds(Number(name, value)) },
        "--warmup" => this with { WarmUp = TimeSpan.FromSeconds(Number(name, value)) },
        "--runs" => this with { Runs = Number(name, value) },
        "--channels" => Change(work => work with { Channels = Number(name, value) }),
        "--subscribers" => Change(work => work with { SubscribersPerChannel = Number(name, value) }),
        "--in-flight" => Change(work => work with { InFlight = Number(name, value) }),
        "--payload" => Change(work => work with { PayloadBytes = Number(name, value) }),
        "--set" => this with { NodeSettings = [.. NodeSettings, value] },
        "--data-parent" => this with { DataParent = Path.GetFullPath(value) },
        _ => throw new BenchmarkFailure($"unknown option {name}{Environment.NewLine}{Usage}"),
    };

    private ClusterOptions Change(Func<ClusterWork, ClusterWork> change) => this with { Works = [.. Works.Select(change)] };

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : throw new BenchmarkFailure($"{name} wants a number above 0, got '{value}'");

    private static double Part(string name, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var part) && part is 0 or (>= 0.1 and <= 64)
            ? part : throw new BenchmarkFailure($"{name} wants 0, or processors from 0.1 to 64, got '{value}'");
}
