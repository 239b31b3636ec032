import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinStorage

struct S3LocationTests {
    @Test("An address says bucket, folder, server and region")
    func addresses() throws {
        let local = try S3Location(StorageURI("s3://b-1.x/run/7?endpoint=http://127.0.0.1:9000/&region=eu")) { _ in nil
        }
        #expect(local.url(of: "a b") == "http://127.0.0.1:9000/b-1.x/run/7/a%20b")
        #expect(local.region == "eu" && local.isLocal)
        let amazon = try S3Location(StorageURI("s3://bucket")) { $0 == "AWS_DEFAULT_REGION" ? "eu-west-3" : nil }
        #expect(amazon.url(of: "k/é") == "https://s3.eu-west-3.amazonaws.com/bucket/k/%C3%A9")
        #expect(try S3Location(StorageURI("s3://bucket")) { _ in nil }.region == "us-east-1")
        let six = try S3Location(StorageURI("s3://bucket?endpoint=https://[::1]:9")) { _ in nil }
        #expect(six.isLocal && six.url(of: "a") == "https://[::1]:9/bucket/a")
    }

    @Test(
        "What is no address of a bucket is an error that says why",
        arguments: [
            ("s3:///x", "no bucket"), ("s3://B/x", "no bucket can"), ("s3://a/x", "no bucket can"),
            ("s3://a..b/x", "no bucket can"), ("s3://bucket?endpoint=ftp://h", "http://"),
            ("s3://bucket?endpoint=http://h/path", "without a path"),
            ("s3://bucket?endpoint=http://", "without a path"),
            ("s3://bucket?endpoint=http://u:p%40h", "a password"), ("s3://bucket?endpoint=http://h:99999", "host:port"),
            ("s3://bucket?endpoint=http://h%0d%0a", "host:port"), ("s3://bucket?region=a%20b", "region"),
            ("s3://bucket?regoin=eu", "did you mean \"region\""),
        ])
    func mistakes(_ text: String, _ words: String) throws {
        let uri = try StorageURI(text)
        let error = stateError { _ = try S3Location(uri) { _ in nil } }
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }

    @Test("The scheme is there once it is registered, and before that an error says how")
    func registration() throws {
        if !StorageSchemes.names.contains("s3") {
            let error = stateError { _ = try StorageSchemes.storage(at: "s3://bucket") }
            #expect(error?.message.contains("S3Storage.register()") == true)
        }
        S3Storage.register()
        #expect(StorageSchemes.names.contains("s3"))
    }

    @Test("Credentials come from the environment, then from a file")
    func credentials() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/credentials"
            try LocalFile.replace(
                path,
                with: """
                    # mine
                    [default]
                    aws_access_key_id = K1
                    aws_secret_access_key=S1=/+

                    [work]
                    AWS_ACCESS_KEY_ID=K2
                    aws_secret_access_key = S2
                    aws_session_token = T2
                    [half]
                    aws_access_key_id = K3
                    """)
            var variables = ["AWS_SHARED_CREDENTIALS_FILE": path]
            let found = { () throws(StateError) in try S3Credentials.found { variables[$0] } }
            #expect(try found().secret == "S1=/+")
            variables["AWS_PROFILE"] = "work"
            #expect(try found().token == "T2" && found().keyID == "K2")
            variables["AWS_PROFILE"] = "wrok"
            #expect(stateError { _ = try found() }?.message.contains("did you mean \"work\"") == true)
            variables["AWS_PROFILE"] = "half"
            #expect(stateError { _ = try found() }?.code == .missingKey)
            variables["AWS_ACCESS_KEY_ID"] = "K4"
            #expect(stateError { _ = try found() }?.path == "AWS_SECRET_ACCESS_KEY")
            variables["AWS_SECRET_ACCESS_KEY"] = "S4"
            #expect(try found().keyID == "K4" && found().token == nil)
            variables["AWS_SECRET_ACCESS_KEY"] = "S4\r\nx: y"
            let error = stateError { _ = try found() }
            #expect(error?.code == .malformed && error?.message.contains("S4") == false)

            try LocalFile.replace(path, with: "[default]\naws_secret_access_key hunter2\n")
            variables = ["AWS_SHARED_CREDENTIALS_FILE": path]
            let malformed = stateError { _ = try found() }
            #expect(malformed?.message.hasPrefix("line 2") == true)
            #expect(malformed.map { "\($0)".contains("hunter2") } == false)
            variables = ["HOME": directory]
            #expect(stateError { _ = try found() }?.message.contains("AWS_ACCESS_KEY_ID") == true)
        }
    }
}
