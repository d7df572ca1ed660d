using System.Runtime.InteropServices;
using System.Security.Cryptography;
using RealTimeActors.Protocol.Integrity.Hashing;

namespace RealTimeActors.Protocol.Tests.Integrity;

public sealed class Sha256Tests
{
    [Fact]
    public void Gives_what_the_framework_gives_for_every_length()
    {
        var chance = new Random(20261122);
        for (var length = 0; length <= Libcrypto.BytesMax + 200; length++)
        {
            var message = new byte[length];
            chance.NextBytes(message);
            var (hash, byFramework) = (new byte[32], new byte[32]);

            Sha256.Hash(message, hash);
            Sha256.HashByFramework(message, byFramework);

            Assert.Equal(SHA256.HashData(message), hash);
            Assert.Equal(hash, byFramework);
        }
    }

    [Fact]
    public void Writes_nothing_behind_the_hash_and_may_write_it_over_the_message()
    {
        var bytes = new byte[64];
        new Random(1).NextBytes(bytes);
        var expected = (byte[])[.. SHA256.HashData(bytes.AsSpan(0, 40)), .. bytes[32..]];

        Sha256.Hash(bytes.AsSpan(0, 40), bytes);

        Assert.Equal(expected, bytes);
        Assert.ThrowsAny<ArgumentException>(() => Sha256.Hash([1], new byte[31]));
    }

    [Fact]
    public void Is_the_librarys_own_where_the_tests_run_on_linux_with_openssl_3()
    {
        var expected = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64 && NativeLibrary.TryLoad("libcrypto.so.3", out _);

        Assert.Equal(expected, Libcrypto.IsThere);
    }
}
