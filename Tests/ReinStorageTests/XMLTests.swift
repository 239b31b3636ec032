import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinStorage

struct XMLTests {
    private static let listing = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- a page --><s:ListBucketResult xmlns:s="http://s3.amazonaws.com/doc/2006-03-01/" odd='>"'>
          <Name>bucket</Name><Prefix/><KeyCount>2</KeyCount><EncodingType>url</EncodingType>
          <IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b==</NextContinuationToken>
          <Contents><Key>x/a+b%2B%C3%A9</Key><Size>12</Size><Owner><ID>1</ID></Owner></Contents>
          <Contents><Size>0</Size><Key><![CDATA[x/<c>]]></Key></Contents>
        </s:ListBucketResult>
        """

    @Test("A page is read with its entities, encodings, prefixes and attributes")
    func page() throws {
        let page = try S3Listing(parsing: Array(Self.listing.utf8))
        #expect(page.objects == [StorageEntry(key: "x/a b+é", size: 12), StorageEntry(key: "x/<c>", size: 0)])
        #expect(page.nextToken == "a&b==")
    }

    @Test("A page that ends early is never a shorter one")
    func truncation() {
        let bytes = Array(Self.listing.utf8)
        for count in 0..<bytes.count {
            #expect(stateError { _ = try S3Listing(parsing: Array(bytes[..<count])) } != nil)
        }
    }

    @Test("Whatever XML comes, it is a page or an error")
    func mutations() {
        var mutations = ByteMutations(seed: 3, marks: "<>/&;!?[]\"'=-:#x")
        var pages = 0
        for _ in 0..<5_000 {
            let bytes = mutations.mutated(Self.listing)
            if let page = try? S3Listing(parsing: bytes) {
                pages += 1
                #expect(page.objects.allSatisfy { $0.size >= 0 })
            }
            _ = S3Explanation(parsing: bytes)
        }
        #expect(pages > 100)
    }
}
