using System.Runtime.InteropServices;
using System.Text;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary>Standard output whose reader may leave, as in <c>realtime tail prices.all | head -3</c>.</summary>
/// <remarks>Other programs are ended by a signal then. Here it is switched off, because it would end servers whose clients leave, and the console takes what is written for read: a command that goes on for ever would
/// go on for nobody.</remarks>
internal sealed class WatchedOutput : Stream
{
    private const int StandardOutput = 1;
    private const short Gone = 0x8 | 0x10 | 0x20; // POLLERR, POLLHUP, POLLNVAL

    private readonly Stream _console;

    private WatchedOutput(Stream console) => _console = console;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>From now on the console throws <see cref="OutputClosedException"/> where nobody reads any more what is printed.</summary>
    internal static void Use()
    {
        if (Console.IsOutputRedirected && !OperatingSystem.IsWindows())
            Console.SetOut(new StreamWriter(new WatchedOutput(Console.OpenStandardOutput()), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _console.Write(buffer);
        var output = new Poll { Descriptor = StandardOutput };
        if (Look(ref output, 1, 0) > 0 && (output.Happened & Gone) != 0)
            throw new OutputClosedException();
    }

    /// <inheritdoc/>
    public override void Flush() => _console.Flush();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    [DllImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Look(ref Poll descriptors, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        internal int Descriptor;
        internal short Asked;
        internal short Happened;
    }
}
