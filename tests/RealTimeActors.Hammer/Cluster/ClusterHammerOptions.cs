using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using RealTimeActors.Hammer.Cluster.Faults;
using RealTimeActors.Hammer.Cluster.Nodes;

namespace RealTimeActors.Hammer.Cluster;

/// <summary>What the run against a cluster is like.</summary>
internal sealed record ClusterHammerOptions
{
    internal double Minutes { get; init; } = 1;

    /// <summary>Which faults come in which order.</summary>
    internal int Seed { get; init; } = 1;

    internal ClusterShape Shape { get; init; } = new();

    /// <summary>Only these.</summary>
    internal IReadOnlyList<FaultKind> Kinds { get; init; } = Enum.GetValues<FaultKind>();

    /// <summary>Whether they were asked for by name.</summary>
    internal bool NamesKinds { get; init; }

    internal static bool TryParse(string[] args, [NotNullWhen(true)] out ClusterHammerOptions? options, [NotNullWhen(false)] out string? error)
    {
        options = new ClusterHammerOptions();
        error = null;
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            var number = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) ? parsed : (double?)null;
            options = (args[i], number) switch
            {
                ("--minutes", > 0 and <= 10_000) => options with { Minutes = number.Value },
                ("--seed", { } seed) when seed == (int)seed => options with { Seed = (int)seed },
                ("--cores", >= 2 and <= 16) => options with { Shape = options.Shape with { Cores = (int)number.Value, Both = 0 } },
                ("--edges", >= 2 and <= 16) => options with { Shape = options.Shape with { Edges = (int)number.Value, Both = 0 } },
                ("--nodes", >= 2 and <= 16) => options with { Shape = options.Shape with { Cores = 0, Edges = 0, Both = (int)number.Value } },
                ("--lease", >= 0.5 and <= 60) => options with { Shape = options.Shape with { Lease = TimeSpan.FromSeconds(number.Value) } },
                ("--wires", _) when value is "proxies" or "namespaces" => options with { Shape = options.Shape with { InNamespaces = value == "namespaces" } },
                ("--faults", _) when KindsOf(value) is { } kinds => options with { Kinds = kinds, NamesKinds = true },
                _ => null,
            };
            if (options is null)
            {
                error = $"cluster: --minutes N, --seed N, --cores N and --edges N (2 to 16) or --nodes N (of both roles), --lease SECONDS, --wires proxies or namespaces, and --faults KIND,KIND (of {string.Join(", ", Enum.GetNames<FaultKind>())}) are expected; '{args[i]} {value}' came.";
                return false;
            }
        }

        return true;
    }

    private static List<FaultKind>? KindsOf(string? names)
    {
        var kinds = new List<FaultKind>();
        foreach (var name in (names ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Enum.TryParse<FaultKind>(name, ignoreCase: true, out var kind) || !Enum.IsDefined(kind))
                return null;

            kinds.Add(kind);
        }

        return kinds;
    }
}
