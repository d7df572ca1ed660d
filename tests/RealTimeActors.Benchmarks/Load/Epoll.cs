using System.Runtime.InteropServices;

namespace RealTimeActors.Benchmarks.Load;

/// <summary>
/// Level-triggered readiness of many sockets. A plain loop over this costs two system calls per ready socket and nothing per idle one;
/// <c>Socket.Select</c> copies all descriptors each time, and the thread pool's own engine costs a hop per completion.
/// </summary>
internal sealed unsafe class Epoll : IDisposable
{
    private const int ReadyMax = 256;
    private const uint Readable = 0x001;
    private const uint Writable = 0x004;

    // struct epoll_event is packed on x64 only: 4 bytes of events, then 8 of data.
    private static readonly int _stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int _dataAt = _stride - 8;

    private readonly byte* _ready = (byte*)NativeMemory.Alloc((nuint)(ReadyMax * _stride));
    private readonly int _epoll;

    internal Epoll()
    {
        _epoll = Libc.EpollCreate(0);
        if (_epoll < 0) throw new InvalidOperationException($"epoll_create1 failed with errno {Marshal.GetLastPInvokeError()}");
    }

    internal void Add(int fd, int tag) => Control(operation: 1, fd, tag, Readable);

    /// <summary>Reports the socket when it can be read, or written, until called again with something else.</summary>
    internal void Watch(int fd, int tag, bool readable, bool writable) => Control(operation: 3, fd, tag, (readable ? Readable : 0) | (writable ? Writable : 0));

    /// <summary>Waits for at most <paramref name="timeoutMs"/> and returns how many sockets are ready; see <see cref="Tag"/>.</summary>
    internal int Wait(int timeoutMs)
    {
        var ready = Libc.EpollWait(_epoll, _ready, ReadyMax, timeoutMs);
        if (ready >= 0) return ready;

        var reason = Marshal.GetLastPInvokeError();
        return reason == Libc.Interrupted ? 0 : throw new InvalidOperationException($"epoll_wait failed with errno {reason}");
    }

    internal int Tag(int index) => *(int*)(_ready + index * _stride + _dataAt);

    internal bool CanWrite(int index) => (*(uint*)(_ready + index * _stride) & Writable) != 0;

    public void Dispose()
    {
        _ = Libc.Close(_epoll);
        NativeMemory.Free(_ready);
    }

    private void Control(int operation, int fd, int tag, uint events)
    {
        var entry = stackalloc byte[16];
        *(uint*)entry = events;
        *(long*)(entry + _dataAt) = tag;
        if (Libc.EpollControl(_epoll, operation, fd, entry) < 0)
            throw new InvalidOperationException($"epoll_ctl failed with errno {Marshal.GetLastPInvokeError()}");
    }
}
