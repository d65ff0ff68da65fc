import { dictionary } from "@/i18n";

/** Words of the room that several of its pages use. */
export const w = dictionary(
  {
    preparing: "Chưa khai mạc", in_session: "Đang họp", recess: "Tạm nghỉ", stopped: "Dừng vì nội dung mật", adjourned: "Đã bế mạc",
    open: "Khai mạc", next: "Chuyển nội dung", conclude: "Kết luận", adjourn: "Bế mạc", resume: "Họp tiếp", clear: "Họp tiếp sau khi dừng", first: "Vào nội dung đầu",
    recessAsk: "Tạm nghỉ", muteAll: "Tắt micro tất cả", secretStop: "Dừng vì nội dung mật",
    agenda: "Chương trình", speech: "Phát biểu", rollCall: "Điểm danh", vote: "Biểu quyết", papers: "Tài liệu", notes: "Ghi chép", tasks: "Giao việc", conclusions: "Kết luận",
    left: "còn", over: "quá", spent: "đã dùng", point: "Ý kiến về điều hành", raise: "Đăng ký phát biểu", lower: "Hủy đăng ký", pointRaise: "Xin ý kiến về điều hành",
    grant: "Mời phát biểu", release: "Kết thúc phát biểu", revoke: "Kết thúc lượt", extend: "Thêm 1 phút", micOn: "Micro đang bật", micOff: "Micro tắt", openMic: "Bấm để bật micro", closeMic: "Tắt micro",
    hasFloor: "Đang phát biểu", siteHasFloor: "Điểm cầu đang phát biểu", nobody: "Chưa có điểm cầu nào phát biểu", queueEmpty: "Chưa có đăng ký phát biểu", waiting: "chờ từ",
    sites: "điểm cầu", delegates: "đại biểu", present: "có mặt", quorumYes: "Đủ điều kiện họp", quorumNo: "Chưa đủ điều kiện họp", noQuorum: "Hội nghị không quy định số đại biểu tối thiểu",
    lost: "Mất kết nối, đang kết nối lại…", connecting: "Đang vào phòng họp…", keys: "Phím tắt", chair: "Chủ trì", forChair: "thay mặt chủ trì", secretary: "Thư ký", close: "Đóng", page: "Trang", following: "theo chủ trì",
    noPaper: "Chưa trình chiếu tài liệu", ballotOpen: "Mở biểu quyết", ballotClose: "Đóng biểu quyết", ballotCancel: "Hủy biểu quyết", ballotPrepare: "Chuẩn bị biểu quyết", question: "Nội dung biểu quyết", secret: "Bỏ phiếu kín", public: "Biểu quyết công khai",
    recorded: "Đã ghi nhận", passed: "Thông qua", notPassed: "Không thông qua", notCast: "Chưa biểu quyết", noBallots: "Chưa có nội dung biểu quyết", onDevice: "Đại biểu biểu quyết trên thiết bị cá nhân",
  },
  {
    preparing: "Not opened", in_session: "In session", recess: "Recess", stopped: "Stopped for secrecy", adjourned: "Adjourned",
    open: "Open the sitting", next: "Next item", conclude: "Conclude", adjourn: "Adjourn", resume: "Resume", clear: "Resume after the stop", first: "Go to the first item",
    recessAsk: "Recess", muteAll: "Mute all", secretStop: "Stop for secrecy",
    agenda: "Agenda", speech: "Floor", rollCall: "Roll call", vote: "Vote", papers: "Papers", notes: "Notes", tasks: "Tasks", conclusions: "Conclusions",
    left: "left", over: "over by", spent: "spent", point: "Point of order", raise: "Ask for the floor", lower: "Withdraw", pointRaise: "Point of order",
    grant: "Give the floor", release: "End my speech", revoke: "End the turn", extend: "One more minute", micOn: "Microphone on", micOff: "Microphone off", openMic: "Press to turn the microphone on", closeMic: "Turn the microphone off",
    hasFloor: "Has the floor", siteHasFloor: "This site has the floor", nobody: "Nobody has the floor", queueEmpty: "Nobody asks for the floor", waiting: "since",
    sites: "sites", delegates: "delegates", present: "present", quorumYes: "Quorum met", quorumNo: "No quorum yet", noQuorum: "A conference has no quorum",
    lost: "Connection lost, reconnecting…", connecting: "Entering the room…", keys: "Keys", chair: "Chair", forChair: "on behalf of the chair", secretary: "Secretary", close: "Close", page: "Page", following: "as the chair shows",
    noPaper: "No paper is shown", ballotOpen: "Open the vote", ballotClose: "Close the vote", ballotCancel: "Cancel the vote", ballotPrepare: "Prepare a vote", question: "Question", secret: "Secret ballot", public: "Open vote",
    recorded: "Recorded", passed: "Carried", notPassed: "Not carried", notCast: "Not cast", noBallots: "No votes yet", onDevice: "Delegates vote on their own devices",
  },
);
