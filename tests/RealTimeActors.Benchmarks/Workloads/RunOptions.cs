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

        all       everything below
        w1        fan-out: 1 channel, 1,000 and 5,000 subscribers (w1-1000, w1-5000), 32 events in flight
        w1-k1     the same with 1,000, 1 in flight: nothing can be coalesced
        w2        50 events/s to 1,000 subscribers: how late
        w3        10,000 idle connections with a channel each: memory
        w4        500 channels x (10 subscribers + 1 publisher), 4 in flight each
        w5        durable publish, persisted, 200-byte bodies: 1, 100 and 1,000 in flight (w5-1, w5-100, w5-1000)
        w6        5,000 clients drop and come back at once, each 100 events behind
        w7        one of 1,000 subscribers stops reading: how late for the others
        w8        critical events on a connection full of bulk, read fast and slowly (w8-slow)

          --contenders LIST   instead of each workload's own: realtime, realtime-json, realtime-tls, realtime-json-tls, node, node-unhashed, nats, nats-tls, signalr, nchan, mosquitto,
                              socketio, ws, floor, floor-stream, floor-stream-tls; interleaved, ratios to the first
          --peers LIST        the same, with realtime before them
          --install           installs the Debian packages that are missing (as root); without it they are left out, and it is said
          --out DIR           writes results.md, results.svg and results.jsonl there
          --quick             one short run of each: to see that it works
          --server-cpu LIST   processors of the server (default 0; w5: 0,1), "" for any
          --load-cpu LIST     processors of the load (default 1), "" for any
          --seconds N         measured time of a run (default 2)
          --warmup N          time before it (default 3; servers on .NET get all of it, others a third)
          --runs N            runs of each; the median counts (default 3)
          --subscribers N     subscribers per channel, instead of the workload's
          --channels N        channels, instead of the workload's
          --in-flight N       events in flight per publisher, instead of the workload's
          --payload N         bytes of a body, instead of the workload's
          --fields N          bodies are objects of N fields, where nobody subscribes (w5)
          --pace P            receipts or deliveries: until when an event is in flight
          --ack-every N       a subscriber acks every N events; 0 never (default 1000; realtime and floor only)
          --set path=value    passed on to the server (repeatable)
          --data-parent DIR   where the servers' folders are made (default: the temporary folder)
        """;

    internal required IReadOnlyList<Workload> Workloads { get; init; }

    /// <summary>Null: each workload's own.</summary>
    internal IReadOnlyList<string>? Contenders { get; init; }

    internal bool Install { get; init; }

    internal string? OutFolder { get; init; }

    /// <summary>Null: processor 0, or both for durable work.</summary>
    internal CpuSet? ServerCpus { get; init; }

    internal CpuSet LoadCpus { get; init; } = new("1");

    internal TimeSpan Measured { get; init; } = TimeSpan.FromSeconds(2);

    internal TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    internal int Runs { get; init; } = 3;

    internal int AckEvery { get; init; } = 1_000;

    internal IReadOnlyList<string> ServerSettings { get; init; } = [];

    internal string? DataParent { get; init; }

    internal CpuSet ServerCpusOf(Workload workload) => ServerCpus ?? new CpuSet(workload.Durability == Durability.Durable ? "0,1" : "0");

    internal IReadOnlyList<Peer> ContendersOf(Workload workload) => [.. (Contenders ?? workload.Contenders).Select(PeerList.Named)];

    /// <summary>Throws <see cref="BenchmarkFailure"/> with what was expected when the arguments make no sense.</summary>
    internal static RunOptions Parse(IReadOnlyList<string> arguments)
    {
        var workloads = new List<Workload>();
        var at = 0;
        for (; at < arguments.Count && WorkloadList.Named(arguments[at]) is { } named; at++) workloads.AddRange(named);
        if (workloads.Count == 0) throw new BenchmarkFailure(Usage);

        var options = new RunOptions { Workloads = [.. workloads.Distinct()] };
        while (at < arguments.Count)
        {
            var name = arguments[at++];
            if (options.Flag(name) is { } flagged)
            {
                options = flagged;
                continue;
            }

            if (at == arguments.Count) throw new BenchmarkFailure($"{name} wants a value, or is no option{Environment.NewLine}{Usage}");
            options = options.With(name, arguments[at++]);
        }

        return options;
    }

    private RunOptions? Flag(string name) => name switch
    {
        "--install" => this with { Install = true },
        "--quick" => this with { Runs = 1, Measured = TimeSpan.FromSeconds(1), WarmUp = TimeSpan.FromSeconds(2) },
        _ => null,
    };

    private RunOptions With(string name, string value) => name switch
    {
        "--contenders" => this with { Contenders = Names(value) },
        "--peers" => this with { Contenders = ["realtime", .. Names(value)] },
        "--out" => this with { OutFolder = Path.GetFullPath(value) },
        "--server-cpu" => this with { ServerCpus = new CpuSet(value) },
        "--load-cpu" => this with { LoadCpus = new CpuSet(value) },
        "--seconds" => this with { Measured = TimeSpan.FromSeconds(Number(name, value)) },
        "--warmup" => this with { WarmUp = TimeSpan.FromSeconds(Number(name, value)) },
        "--runs" => this with { Runs = Number(name, value) },
        "--subscribers" => Change(workload => workload with { SubscribersPerChannel = Number(name, value) }),
        "--channels" => Change(workload => workload with { Channels = Number(name, value) }),
        "--in-flight" => Change(workload => workload with { InFlight = Number(name, value) }),
        "--payload" => Change(workload => workload with { PayloadBytes = Number(name, value) }),
        "--fields" => Change(workload => workload with { Fields = Number(name, value) }),
        "--pace" => Change(workload => workload with { Pace = Choice<Pace>(name, value) }),
        "--ack-every" => this with { AckEvery = Number(name, value) },
        "--set" => this with { ServerSettings = [.. ServerSettings, value] },
        "--data-parent" => this with { DataParent = Path.GetFullPath(value) },
        _ => throw new BenchmarkFailure($"unknown option {name}{Environment.NewLine}{Usage}"),
    };

    private RunOptions Change(Func<Workload, Workload> change) => this with { Workloads = [.. Workloads.Select(change)] };

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new BenchmarkFailure($"{name} wants a number, got '{value}'");

    private static T Choice<T>(string name, string value)
        where T : struct, Enum =>
        Enum.TryParse<T>(value, ignoreCase: true, out var choice) ? choice : throw new BenchmarkFailure($"{name} wants one of {string.Join(", ", Enum.GetNames<T>())}, got '{value}'");

    // Named once here, so that a wrong name is told before anything is measured.
    private static string[] Names(string names) => [.. names.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => PeerList.Named(name).Name)];
}
