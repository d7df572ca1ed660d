using RealTimeActors.Sharding.Tcp.Tests.Support;
using Xunit.Abstractions;

namespace RealTimeActors.Sharding.Tcp.Tests;

/// <summary>What one link carries on this machine, printed and not judged.</summary>
public sealed class ThroughputTests(ITestOutputHelper output) : IDisposable
{
    private static readonly NodeSecret _secret = new(TcpNode.Secret);
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData(false, 200, 1_000_000)]
    [InlineData(true, 200, 1_000_000)]
    [InlineData(false, 65_536, 20_000)]
    [InlineData(true, 65_536, 10_000)]
    public async Task Everything_that_is_sent_as_fast_as_it_is_taken_arrives(bool withTls, int length, int batches)
    {
        TcpNodeOptions With(TcpNodeOptions options) => options with { Secret = _secret, Tls = withTls ? _certificates.Tls(isChecked: true, requiresClient: true) : null };
        await using var a = new TcpNode("a", With);
        await using var b = new TcpNode("b", With, new LinkRecorder { KeepsBytes = false });
        await TcpNode.LinkAsync(a, b);
        var batch = new byte[length];
        var began = TimeProvider.System.GetTimestamp();

        var total = (long)length * batches;
        for (var i = 0; i < batches; i++)
        {
            // Half of what may wait, so that the sender is never refused.
            if (i % 64 == 0)
            {
                var sent = (long)i * length;
                await b.Heard.UntilAsync(heard => heard.Bytes >= sent - (32L << 20));
            }

            Assert.True(a.Heard.Link!.Send(batch));
        }

        await b.Heard.UntilAsync(heard => heard.Bytes == total);
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        output.WriteLine($"{length} B{(withTls ? ", TLS 1.3" : "")}: {batches / seconds:N0} batches/s, {total / seconds / 1e6:N0} MB/s, {(double)batches / a.Nodes.Figures.Writes:N1} batches a write");
    }
}
