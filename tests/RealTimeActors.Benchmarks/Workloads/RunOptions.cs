using System.Globalization;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Benchmarks.Peers;

namespace RealTimeActors.Benchmarks.Workloads;

/// <summary>How the workloads are run, from the command line.</summary>
internal sealed record RunOptions
{
    internal const string Usage = """
        RealTimeActors.Benchmarks: load on the built server, beside its peers. Figures, not tests.

          dotnet run -c Release --project tests/RealTimeActors.Benchmarks -- WORKLOAD… [options]

        w1      fan-out: 1 channel, 1,000 subscribers, 32 events in flight
        w1-k1   the same, 1 in flight: nothing can be coalesced
        w4      500 channels x (10 subscribers + 1 publisher), 4 in flight each
        w5      durable publish, persisted, 200-byte bodies: 1, 100 and 1,000 in flight

          --contenders LIST   of realtime, nats, signalr, floor (default: realtime); interleaved, ratios to the first
          --peers LIST        as --contenders, with realtime before them
          --server-cpu LIST   processors of the server (default 0; w5: 0,1), "" for any
          --load-cpu LIST     processors of the load (default 1), "" for any
          --seconds N         measured time of a run (default 10)
          --warmup N          time before it (default 12: on one busy core the tiered JIT needs that long)
          --runs N            runs of each; the median counts (default 3)
          --format F          proto or json, for realtime (default proto)
          --subscribers N     subscribers per channel, instead of the workload's
          --channels N        channels, instead of the workload's
          --in-flight N       events in flight per publisher, instead of the workload's
          --pace P            receipts or deliveries: until when an event is in flight
          --ack-every N       a subscriber acks every N events; 0 never (default 1000; realtime and floor only)
          --set path=value    passed on to the server (repeatable)
          --data-parent DIR   where the server's data directory is made (default: the temporary folder)
          --markdown FILE     appends the tables as Markdown
          --json FILE         appends one JSON line per run and per median (the medians are printed, too)
        """;

    internal required IReadOnlyList<Workload> Workloads { get; init; }

    internal IReadOnlyList<Peer> Contenders { get; init; } = [new Product()];

    /// <summary>Null: processor 0, or both for durable work.</summary>
    internal CpuSet? ServerCpus { get; init; }

    internal CpuSet LoadCpus { get; init; } = new("1");

    internal TimeSpan Measured { get; init; } = TimeSpan.FromSeconds(10);

    internal TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(12);

    internal int Runs { get; init; } = 3;

    internal WireChoice Format { get; init; }

    internal int AckEvery { get; init; } = 1_000;

    internal IReadOnlyList<string> ServerSettings { get; init; } = [];

    internal string? DataParent { get; init; }

    internal string? MarkdownFile { get; init; }

    internal string? JsonFile { get; init; }

    internal CpuSet ServerCpusOf(Workload workload) => ServerCpus ?? new CpuSet(workload.Durability == Durability.Durable ? "0,1" : "0");

    /// <summary>Throws <see cref="BenchmarkFailure"/> with what was expected when the arguments make no sense.</summary>
    internal static RunOptions Parse(IReadOnlyList<string> arguments)
    {
        var workloads = new List<Workload>();
        var at = 0;
        for (; at < arguments.Count && Workload.Named(arguments[at]) is { } named; at++) workloads.AddRange(named);
        if (workloads.Count == 0) throw new BenchmarkFailure(Usage);

        var options = new RunOptions { Workloads = workloads };
        for (; at < arguments.Count; at += 2)
        {
            if (at + 1 == arguments.Count) throw new BenchmarkFailure($"{arguments[at]} wants a value");
            options = options.With(arguments[at], arguments[at + 1]);
        }

        return options;
    }

    private RunOptions With(string name, string value) => name switch
    {
        "--contenders" => this with { Contenders = Named(value) },
        "--peers" => this with { Contenders = [new Product(), .. Named(value)] },
        "--server-cpu" => this with { ServerCpus = new CpuSet(value) },
        "--load-cpu" => this with { LoadCpus = new CpuSet(value) },
        "--seconds" => this with { Measured = TimeSpan.FromSeconds(Number(name, value)) },
        "--warmup" => this with { WarmUp = TimeSpan.FromSeconds(Number(name, value)) },
        "--runs" => this with { Runs = Number(name, value) },
        "--format" => this with { Format = Choice<WireChoice>(name, value) },
        "--subscribers" => Change(workload => workload with { SubscribersPerChannel = Number(name, value), Name = $"{workload.Name}-{value}" }),
        "--channels" => Change(workload => workload with { Channels = Number(name, value) }),
        "--in-flight" => Change(workload => workload with { InFlight = Number(name, value) }),
        "--pace" => Change(workload => workload with { Pace = Choice<Pace>(name, value) }),
        "--ack-every" => this with { AckEvery = Number(name, value) },
        "--set" => this with { ServerSettings = [.. ServerSettings, value] },
        "--data-parent" => this with { DataParent = Path.GetFullPath(value) },
        "--markdown" => this with { MarkdownFile = value },
        "--json" => this with { JsonFile = value },
        _ => throw new BenchmarkFailure($"unknown option {name}{Environment.NewLine}{Usage}"),
    };

    private RunOptions Change(Func<Workload, Workload> change) => this with { Workloads = [.. Workloads.Select(change)] };

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new BenchmarkFailure($"{name} wants a number, got '{value}'");

    private static T Choice<T>(string name, string value)
        where T : struct, Enum =>
        Enum.TryParse<T>(value, ignoreCase: true, out var choice) ? choice : throw new BenchmarkFailure($"{name} wants one of {string.Join(", ", Enum.GetNames<T>())}, got '{value}'");

    private static IReadOnlyList<Peer> Named(string names) => [.. names.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => name switch
    {
        "realtime" => (Peer)new Product(),
        "nats" => new NatsServer(),
        "signalr" => new SignalRServer(),
        "floor" => new FloorServer(),
        _ => throw new BenchmarkFailure($"unknown contender '{name}': realtime, nats, signalr or floor"),
    })];
}
