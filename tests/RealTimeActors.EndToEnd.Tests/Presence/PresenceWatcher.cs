using System.Collections.Concurrent;
using RealTimeActors.Client;
using RealTimeActors.Client.Machine.Presence;

namespace RealTimeActors.EndToEnd.Tests.Presence;

/// <summary>Remembers what a presence tells, and lets a test wait until it tells something.</summary>
internal sealed class PresenceWatcher
{
    private readonly Lock _lock = new();
    private readonly List<(Func<PresenceChange, bool> Is, TaskCompletionSource Told)> _waiting = [];
    private readonly ConcurrentQueue<string> _told = new();
    private PresenceChange? _last;
    private Dictionary<string, string> _names = [];

    internal PresenceOptions Options => new() { Changed = OnChangedAsync };

    /// <summary>Who has joined, left and become somebody else.</summary>
    internal IReadOnlyCollection<string> Told => _told;

    /// <summary>Ends when what it told last, or tells later, is that.</summary>
    internal Task UntilAsync(Func<PresenceChange, bool> isThat, CancellationToken deadline)
    {
        lock (_lock)
        {
            if (_last is not null && isThat(_last))
                return Task.CompletedTask;

            var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((isThat, told));
            return told.Task.WaitAsync(deadline);
        }
    }

    private ValueTask OnChangedAsync(PresenceChange change, CancellationToken cancel)
    {
        lock (_lock)
        {
            foreach (var member in change.Joined)
                _told.Enqueue($"{NameOf(member)} joined");
            foreach (var member in change.Left)
                _told.Enqueue($"{NameOf(member)} left");
            foreach (var member in change.Updated)
                _told.Enqueue($"{_names[member.Session]} is {NameOf(member)}");
            _names = (change.Now.Members?.Values ?? []).ToDictionary(member => member.Session, NameOf);
            _last = change;
            foreach (var (_, told) in _waiting.Where(waiting => waiting.Is(change)))
                told.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }

    private static string NameOf(PresenceMember member) => member.Read<Person>()!.Name;
}
