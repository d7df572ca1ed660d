using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Tck.Stores;

/// <summary>A ref that keeps what it is told, from whatever thread.</summary>
public sealed class ReplyBox : IActorRef<JournalReply>
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly List<JournalReply> _replies = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ActorPath Path { get; } = new(null, "reply-box");

    /// <summary>Called on the teller's thread before a reply is kept: a test can hold that thread here.</summary>
    internal Action<JournalReply>? OnTell { get; set; }

    public void Tell(JournalReply message)
    {
        OnTell?.Invoke(message);
        lock (_gate)
        {
            _replies.Add(message);
            _changed.TrySetResult();
        }
    }

    /// <summary>All replies so far, when there are at least so many.</summary>
    internal async Task<IReadOnlyList<JournalReply>> WaitForAsync(int count)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_replies.Count >= count)
                    return [.. _replies];

                _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(_patience);
            }
            catch (TimeoutException)
            {
                lock (_gate)
                    Assert.Fail($"{count} replies were expected within {_patience}; {_replies.Count} came: {string.Join(", ", _replies.TakeLast(5))}");
            }
        }
    }
}
