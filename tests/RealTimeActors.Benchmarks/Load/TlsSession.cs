namespace RealTimeActors.Benchmarks.Load;

/// <summary>One connection's TLS, on a socket that does not block.</summary>
internal sealed unsafe class TlsSession(nint session) : IDisposable
{
    private nint _session = session;

    /// <summary>After a result below 0: it goes on when the socket is ready again.</summary>
    internal bool WantsMore { get; private set; }

    /// <summary>Reads all that is there, record after record; 0 when the server has closed, below 0 when there is nothing.</summary>
    internal int Read(byte* buffer, int length)
    {
        var total = 0;
        while (total < length)
        {
            OpenSsl.ClearErrors();
            var read = OpenSsl.Read(_session, buffer + total, length - total);
            if (read > 0)
            {
                total += read;
                continue;
            }

            var error = OpenSsl.GetError(_session, read);
            WantsMore = error is OpenSsl.ErrorWantsRead or OpenSsl.ErrorWantsWrite;
            if (total > 0) return total;
            return error == OpenSsl.ErrorClosed ? 0 : -1;
        }

        return total;
    }

    /// <summary>Writes what the socket takes; below 0 when that is nothing.</summary>
    internal int Write(byte* bytes, int length)
    {
        OpenSsl.ClearErrors();
        var written = OpenSsl.Write(_session, bytes, length);
        if (written > 0) return written;
        WantsMore = OpenSsl.GetError(_session, written) is OpenSsl.ErrorWantsRead or OpenSsl.ErrorWantsWrite;
        return -1;
    }

    public void Dispose()
    {
        if (_session != 0) OpenSsl.Free(_session);
        _session = 0;
    }
}
