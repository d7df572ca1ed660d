namespace RealTimeActors.Benchmarks.Load;

/// <summary>How the load side does TLS: whatever the server shows is taken, because it is the server this program has just started.</summary>
internal sealed class TlsContext : IDisposable
{
    private readonly nint _context;

    internal TlsContext()
    {
        try
        {
            _context = OpenSsl.NewContext(OpenSsl.ClientMethod());
        }
        catch (DllNotFoundException missing)
        {
            throw new BenchmarkFailure($"OpenSSL 3 is needed for TLS: {missing.Message}");
        }

        _ = OpenSsl.ControlContext(_context, OpenSsl.ControlMode, OpenSsl.ModePartialWriteAndMovingBuffer, 0);
        // All that the socket has is read at once, not a record's header and then its body.
        _ = OpenSsl.ControlContext(_context, OpenSsl.ControlReadAhead, 1, 0);
    }

    /// <summary>Shakes hands on a connected socket that still blocks: this is no part of what is measured.</summary>
    internal TlsSession Connect(int fd)
    {
        var session = OpenSsl.New(_context);
        _ = OpenSsl.SetFd(session, fd);
        if (OpenSsl.Connect(session) == 1) return new TlsSession(session);
        OpenSsl.Free(session);
        throw new BenchmarkFailure("the server does not shake hands for TLS");
    }

    public void Dispose() => OpenSsl.FreeContext(_context);
}
