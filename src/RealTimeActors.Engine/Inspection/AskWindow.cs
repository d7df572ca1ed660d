namespace RealTimeActors.Engine.Inspection;

/// <summary>Many questions, a few at a time: the next is asked when one was answered.</summary>
internal sealed class AskWindow(int atOnce)
{
    private readonly Queue<Action> _waiting = new();
    private int _underWay;

    /// <summary>Whether everything that was asked has been answered.</summary>
    internal bool IsEmpty => _underWay == 0 && _waiting.Count == 0;

    internal void Ask(Action ask)
    {
        if (_underWay >= atOnce)
        {
            _waiting.Enqueue(ask);
            return;
        }

        _underWay++;
        ask();
    }

    internal void Answered()
    {
        if (_waiting.TryDequeue(out var next))
            next();
        else
            _underWay--;
    }
}
