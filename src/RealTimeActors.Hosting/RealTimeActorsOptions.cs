using System.Text.Json;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Hosting.Settings;

namespace RealTimeActors.Hosting;

/// <summary>
/// What an application says in code about its node. It goes over section <c>realtime</c> of the configuration, and both are checked by the same rules when the host starts:
/// all that is wrong is told at once, by key.
/// </summary>
public sealed class RealTimeActorsOptions
{
    private readonly List<(string Key, string Value)> _set = [];

    /// <summary><c>realtime.data-directory</c>: where the journal lies, relative to the content root. null: as configured, or <c>./data</c>.</summary>
    public string? DataDirectory { get; set; }

    /// <summary><c>realtime.journal.provider</c>.</summary>
    public JournalProvider? Journal { get; set; }

    /// <summary><c>realtime.node</c>: the name that clients are told.</summary>
    public string? Node { get; set; }

    /// <summary><c>realtime.drain.within</c>: how long a stopping host waits for its handlers, and then for its clients. Twice this should be below <c>HostOptions.ShutdownTimeout</c>.</summary>
    public TimeSpan? DrainWithin { get; set; }

    /// <summary><c>realtime.http.origins</c>: web pages that may talk to this node besides those of this machine, as <c>https://app.example.org</c>. Added to those configured.</summary>
    public IList<string> Origins { get; } = [];

    /// <summary><c>realtime.channels</c>: how the channels of each pattern behave. Before those configured.</summary>
    public IList<ChannelRule> Channels { get; } = [];

    /// <summary>
    /// Whether the application's own authentication says who asks, instead of <c>realtime.auth</c>: of a <c>HttpContext.User</c> that is authenticated, the name identifier (or
    /// <c>sub</c>) is the user, its roles are the roles, and the claim <c>channels</c> (<c>{"pattern": ["subscribe", …]}</c>) gives rights.
    /// </summary>
    public bool UseAspNetIdentity { get; set; }

    /// <summary>How .NET objects become <c>data</c> and back. Default: as on the web (camelCase).</summary>
    public JsonSerializerOptions Json { get; set; } = JsonSerializerOptions.Web;

    /// <summary>The conflict rules of the application by name.</summary>
    internal SortedDictionary<string, IMergeRule> MergeRules { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a conflict rule of the application's own. A channel uses it by its name: <c>merge { fields { "score" = { custom = "name" } } }</c>, or <see cref="ChannelRule.MergeFields"/>
    /// with <c>custom:name</c>.</summary>
    /// <param name="name">Up to 100 letters, digits and <c>- _ .</c>. What it decided stays in the logs: a rule that decides otherwise gets another name.</param>
    /// <param name="rule">Deterministic, without state, quick.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentException">It is no name, or there is one of this name.</exception>
    public RealTimeActorsOptions AddMergeRule(string name, IMergeRule rule)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(rule);
        if (!ConflictRules.TryCreate($"custom:{name}", [], out _, out _))
            throw new ArgumentException($"The name of a rule is expected to be up to 100 letters, digits and - _ .; '{name}' came.", nameof(name));

        if (!MergeRules.TryAdd(name, rule))
            throw new ArgumentException($"There is a rule '{name}' already.", nameof(name));

        return this;
    }

    /// <summary>Sets any other key of <c>hocon/reference.conf</c>, as <c>Set("realtime.limits.connections", "500")</c>. The last one counts.</summary>
    /// <returns>The options.</returns>
    public RealTimeActorsOptions Set(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        _set.Add((key, value));
        return this;
    }

    /// <summary>Everything that was said, as keys; the later of two wins.</summary>
    internal IEnumerable<(string Key, string Value)> Values()
    {
        if (DataDirectory is not null)
            yield return ("realtime.data-directory", DataDirectory);
        if (Journal is { } journal)
            yield return ("realtime.journal.provider", journal.ToString().ToLowerInvariant());
        if (Node is not null)
            yield return ("realtime.node", Node);
        if (DrainWithin is { } within)
            yield return ("realtime.drain.within", ChannelRule.Text(within));
        foreach (var set in _set)
            yield return set;
    }
}
