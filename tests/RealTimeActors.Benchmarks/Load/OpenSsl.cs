using System.Runtime.InteropServices;

namespace RealTimeActors.Benchmarks.Load;

/// <summary>The few functions of OpenSSL that a client on a bare socket needs. .NET's own streams cannot be driven from epoll without a copy and a task per read.</summary>
internal static unsafe partial class OpenSsl
{
    internal const int ErrorWantsRead = 2;
    internal const int ErrorWantsWrite = 3;
    internal const int ErrorClosed = 6;
    internal const int ControlMode = 33;
    internal const int ControlReadAhead = 41;
    internal const long ModePartialWriteAndMovingBuffer = 1 | 2;

    private const string Library = "libssl.so.3";

    [LibraryImport(Library, EntryPoint = "TLS_client_method")]
    internal static partial nint ClientMethod();

    [LibraryImport(Library, EntryPoint = "SSL_CTX_new")]
    internal static partial nint NewContext(nint method);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_free")]
    internal static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_ctrl")]
    internal static partial long ControlContext(nint context, int command, long number, nint pointer);

    [LibraryImport(Library, EntryPoint = "SSL_new")]
    internal static partial nint New(nint context);

    [LibraryImport(Library, EntryPoint = "SSL_free")]
    internal static partial void Free(nint session);

    [LibraryImport(Library, EntryPoint = "SSL_set_fd")]
    internal static partial int SetFd(nint session, int fd);

    [LibraryImport(Library, EntryPoint = "SSL_connect")]
    internal static partial int Connect(nint session);

    [LibraryImport(Library, EntryPoint = "SSL_read")]
    internal static partial int Read(nint session, byte* buffer, int length);

    [LibraryImport(Library, EntryPoint = "SSL_write")]
    internal static partial int Write(nint session, byte* bytes, int length);

    [LibraryImport(Library, EntryPoint = "SSL_get_error")]
    internal static partial int GetError(nint session, int result);

    [LibraryImport("libcrypto.so.3", EntryPoint = "ERR_clear_error")]
    internal static partial void ClearErrors();
}
