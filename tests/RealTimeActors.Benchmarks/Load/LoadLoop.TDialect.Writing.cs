using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RealTimeActors.Benchmarks.Load;

internal sealed unsafe partial class LoadLoop<TDialect>
{
    // A message without a payload is only its header: then the dialect had nothing to say.
    private const int EmptyMessage = 6;

    private protected override void Publish(LoadConnection connection)
    {
        if (!Publishing || connection.Publisher is not { } publisher || connection.Unsent is not null) return;

        var now = Stopwatch.GetTimestamp();
        var free = publisher.Free(now);
        if (free <= 0) return;

        if (_dialect.IsMessagePerPublish)
        {
            _messages.Clear();
            for (; free > 0; free--)
            {
                _writer.BeginMessage();
                _dialect.Publish(connection, publisher.Next(now), _writer);
                _writer.EndMessage(_dialect.Opcode);
                _messages.Bytes(_writer.Written);
            }

            Write(connection, _messages.Written);
            return;
        }

        _writer.BeginMessage();
        for (; free > 0; free--) _dialect.Publish(connection, publisher.Next(now), _writer);
        Send(connection);
    }

    private void Greet(LoadConnection connection)
    {
        connection.MustGreet = false;
        _writer.BeginMessage();
        _dialect.Greet(connection, _writer);
        Send(connection);
    }

    private void Answer(LoadConnection connection, bool pong)
    {
        _writer.BeginMessage();
        if (pong)
        {
            connection.MustPong = false;
            _dialect.Pong(_writer);
        }
        else
        {
            connection.Acked = connection.Offset;
            Acks++;
            _dialect.Ack(connection, _writer);
        }

        Send(connection);
    }

    private void Send(LoadConnection connection)
    {
        _writer.EndMessage(_dialect.Opcode);
        if (_writer.Written.Length > EmptyMessage) Write(connection, _writer.Written);
    }

    private void Write(LoadConnection connection, ReadOnlySpan<byte> bytes)
    {
        if (connection.Unsent is { } unsent)
        {
            connection.Unsent = [.. unsent, .. bytes];
            return;
        }

        var sent = Send(connection, bytes);
        if (sent == bytes.Length) return;
        connection.Unsent = bytes[sent..].ToArray();
        _epoll.Watch(connection.Fd, connection.Tag, readable: !connection.IsStalled, writable: true);
    }

    private void SendOn(LoadConnection connection)
    {
        if (connection.Unsent is not { } unsent) return;

        var sent = Send(connection, unsent);
        connection.Unsent = sent == unsent.Length ? null : unsent[sent..];
        if (connection.Unsent is not null) return;
        _epoll.Watch(connection.Fd, connection.Tag, readable: !connection.IsStalled, writable: false);
        if (connection.Publisher is not null) _mayPublish.Add(connection);
    }

    private static int Send(LoadConnection connection, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            if (connection.Tls is { } session)
            {
                var written = session.Write(first, bytes.Length);
                if (written < 0 && !session.WantsMore) connection.Fault ??= "TLS write failed";
                return Math.Max(written, 0);
            }

            var sent = Libc.Send(connection.Fd, first, (nuint)bytes.Length, Libc.DoNotWait | Libc.DoNotRaiseSignal);
            if (sent >= 0) return (int)sent;
            if (Marshal.GetLastPInvokeError() is not (Libc.TryAgain or Libc.Interrupted))
                connection.Fault ??= $"send failed with errno {Marshal.GetLastPInvokeError()}";
            return 0;
        }
    }
}
