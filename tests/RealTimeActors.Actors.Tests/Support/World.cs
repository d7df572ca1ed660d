using RealTimeActors.Actors.Mailboxes;
using RealTimeActors.TestKit.Dispatch;

namespace RealTimeActors.Actors.Tests.Support;

/// <summary>A system under test, whatever its dispatcher: time moves by hand, and waiting means waiting for an event.</summary>
public abstract class World : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<DeadLetter> _deadLetters = [];
    private readonly List<ActorFault> _faults = [];
    private int _names;

    public abstract ActorKernel System { get; }

    public abstract IDispatcher Dispatcher { get; }

    public abstract void Advance(TimeSpan by);

    /// <summary>Waits until it holds; fails when it does not come true.</summary>
    public abstract void Until(Func<bool> holds, string what);

    public void Observe()
    {
        System.ObserveDeadLetters(letter => Keep(_deadLetters, letter));
        System.ObserveFaults(fault => Keep(_faults, fault));
    }

    public IReadOnlyList<DeadLetter> DeadLetters => Copy(_deadLetters);

    public IReadOnlyList<ActorFault> Faults => Copy(_faults);

    public Probe<string> Probe(string? name = null) => new(System, name ?? $"probe-{++_names}");

    public string Next(Probe<string> probe)
    {
        string? message = null;
        Until(() => probe.TryNext(out message), $"a message at {probe.Ref.Path}");
        return message!;
    }

    public string[] Next(Probe<string> probe, int count) => [.. Enumerable.Range(0, count).Select(_ => Next(probe))];

    public DeadLetter DeadLetter(int index = 0)
    {
        Until(() => DeadLetters.Count > index, $"dead letter {index}");
        return DeadLetters[index];
    }

    public void Ended(IActorRef actor)
    {
        var witness = Probe();
        witness.Watch(actor);
        Until(() => witness.Signals.Contains(new Signal.Terminated(actor)), $"the end of {actor.Path}");
    }

    public IActorRef<string> Spawn(Probe<string> probe, ActorOptions? options = null, string? name = null) =>
        System.Spawn(name ?? $"actor-{++_names}", () => new Scripted(probe.Ref), options);

    public virtual void Dispose() => GC.SuppressFinalize(this);

    private void Keep<T>(List<T> list, T item)
    {
        lock (_lock)
            list.Add(item);
    }

    private IReadOnlyList<T> Copy<T>(List<T> list)
    {
        lock (_lock)
            return [.. list];
    }
}
