(function () {
  var text = document.getElementById("text");
  document.addEventListener("formdata", function (event) {
    var form = event.target;
    // What is begun goes with every other answer, and stands in the next page; never with exit.
    if (text && text.value && text.form !== form && form.className !== "exit") {
      event.formData.set("text", text.value);
    }
  });
})();
