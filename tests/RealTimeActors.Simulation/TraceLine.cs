using System.Runtime.CompilerServices;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;

namespace RealTimeActors.Simulation;

/// <summary>A line of the trace while it is put together: in the trace's own room, without becoming a text that nobody reads.</summary>
[InterpolatedStringHandler]
internal ref struct TraceLine
{
    private DefaultInterpolatedStringHandler _text;

    public TraceLine(int literalLength, int formattedCount, Observations seen) => _text = new DefaultInterpolatedStringHandler(literalLength, formattedCount, null, seen.Trace.Room);

    /// <summary>What is written so far.</summary>
    public ReadOnlySpan<char> Text => _text.Text;

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format) => _text.AppendFormatted(value, format);

    public void AppendFormatted(string? value) => _text.AppendFormatted(value);

    /// <summary>The name of a connection.</summary>
    public void AppendFormatted(LinkView link)
    {
        _text.AppendLiteral(link.Link.Label);
        _text.AppendLiteral("#");
        _text.AppendFormatted(link.Link.Number);
    }

    public void AppendFormatted(ServerFrame frame) => Line.Write(ref _text, frame);

    public void AppendFormatted(ClientFrame frame) => Line.Write(ref _text, frame);

    /// <summary>Nobody looks at it any more.</summary>
    public void Clear() => _text.Clear();
}
