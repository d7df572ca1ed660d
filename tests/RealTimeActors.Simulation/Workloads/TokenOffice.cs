using RealTimeActors.Engine.Access;
using RealTimeActors.TestKit.Access;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Gives users tokens, as an application's own server would: for a short time, now with these rights, now with others.</summary>
internal sealed class TokenOffice
{
    private static readonly TimeSpan _forGood = TimeSpan.FromHours(1);

    private readonly SortedDictionary<string, List<string>> _given = new(StringComparer.Ordinal);
    private readonly RunPlan _plan;
    private readonly Xoshiro256 _chance;

    public TokenOffice(RunPlan plan, AccessPlan access, SimulatedWorld world)
    {
        _plan = plan;
        Access = access;
        _chance = world.Entropy.Fork("tokens").Numbers;
        Tokens = new SimulatedTokens(world.Time);
        if (access.IsSlow)
            Tokens.Takes = () => _chance.Ms(0, 40);

        if (access.Fails)
            Tokens.CanTell = () => IsQuiet || !_chance.OneIn(8);
    }

    public AccessPlan Access { get; }

    public SimulatedTokens Tokens { get; }

    /// <summary>From now on everybody gets everything, for good.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>How long it takes until a token is there.</summary>
    public TimeSpan Delay => _chance.Ms(0, 20);

    /// <summary>A new token, and how long it is good for, as far as its bearer knows.</summary>
    public (string Token, TimeSpan? GoodFor) Issue(string user)
    {
        if (IsQuiet)
            return (Tokens.Issue(user, _forGood, (">", Rights.All)), _forGood);

        var lifetime = _chance.Between(TimeSpan.FromMilliseconds(200), Access.LifetimeMax);
        var token = Tokens.Issue(user, lifetime, _plan.Channels.Select(channel => (channel.Name, RightsNow())));
        if (!_given.TryGetValue(user, out var given))
            _given.Add(user, given = []);

        given.Add(token);
        return (token, Access.IsForeseen ? lifetime : null);
    }

    /// <summary>One of the last tokens that the user was given; null: he was given none.</summary>
    public string? OneOf(string user) => _given.TryGetValue(user, out var given) ? given[Math.Max(0, given.Count - 1 - _chance.Below(3))] : null;

    private Rights RightsNow()
    {
        if (!Access.VariesRights)
            return Rights.All;

        var rights = Rights.All;
        if (_chance.OneIn(4))
            rights &= ~Rights.Subscribe;

        if (_chance.OneIn(4))
            rights &= ~Rights.Publish;

        if (_chance.OneIn(4))
            rights &= ~Rights.History;

        return rights;
    }
}
