using System.Threading.Channels;
using RealTimeActors.Client;

namespace RealTimeActors.EndToEnd.Tests.States;

/// <summary>Waits until a state is what it is to become.</summary>
internal sealed class StateWatcher
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly Channel<bool> _changed = Channel.CreateUnbounded<bool>();

    internal StateOptions Options => new()
    {
        Changed = (_, cancel) => _changed.Writer.WriteAsync(true, cancel),
    };

    /// <summary>Returns as soon as it holds; looks whenever something has changed.</summary>
    internal async Task UntilAsync(ChannelState state, Func<ChannelState, bool> holds)
    {
        using var patience = new CancellationTokenSource(_patience);
        try
        {
            while (!holds(state))
                await _changed.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            var seen = string.Join('\n', state.Select(entry => $"{entry.Key} {entry.Version} {System.Text.Encoding.UTF8.GetString(entry.Value.Span)} {(entry.IsConfirmed ? "" : "(pending)")}"));
            Assert.Fail($"The state of {state.Channel} did not become what was expected within {_patience}. At {state.Now.Epoch}-{state.Now.Offset} it is\n{seen}");
        }
    }
}
