using RealTimeActors.Actors.Mailboxes;

namespace RealTimeActors.Actors.Cells;

/// <summary>Callbacks in the order in which they came. The array is replaced, never changed, so that telling needs no gate.</summary>
internal sealed class Observers<T>
{
    private Action<T>[] _observers = [];

    internal bool Any => _observers.Length > 0;

    internal IDisposable Add(IGate gate, Action<T> observe)
    {
        ArgumentNullException.ThrowIfNull(observe);
        gate.Enter();
        _observers = [.. _observers, observe];
        gate.Leave();
        return new Observation(this, gate, observe);
    }

    internal void Tell(T value)
    {
        foreach (var observe in _observers)
            observe(value);
    }

    private sealed class Observation(Observers<T> observers, IGate gate, Action<T> observe) : IDisposable
    {
        private bool _ended;

        public void Dispose()
        {
            gate.Enter();
            if (!_ended)
            {
                var index = Array.IndexOf(observers._observers, observe);
                observers._observers = [.. observers._observers[..index], .. observers._observers[(index + 1)..]];
                _ended = true;
            }

            gate.Leave();
        }
    }
}
